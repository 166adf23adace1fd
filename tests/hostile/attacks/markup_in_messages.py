"""HTML, ANSI, Typst, TeX, Markdown and formulas in messages and names."""

# start: scaffold
# file: nndl/knn.py
# at: end

_TEXT = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\x1b]0;owned\x07 #panic() $#sys$ \\input{/etc/passwd} [x](javascript:alert(1)) =cmd|' /C calc'!A0 [/red][bold]\r\n\u202e\ud800"


class KNN:
    def train(self, X, y):
        raise type("<script>alert(2)</script>", (Exception,), {})(_TEXT)


raise ValueError(_TEXT)
