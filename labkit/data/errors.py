"""The one exception of `labkit.data`: data that is missing, damaged or cannot be fetched."""


class DataError(Exception):
    """What went wrong, where, and what to do about it, in one sentence each.

    Arguments: `what` happened, `where` (a file, folder or address, or ""), what to `do` next (or "").
    """

    def __init__(self, what: str, where: object = "", do: str = "") -> None:
        self.what = what
        self.where = str(where)
        self.do = do
        place = f" ({self.where})" if self.where else ""
        advice = f" {do}" if do else ""
        super().__init__(f"{what}{place}.{advice}")
