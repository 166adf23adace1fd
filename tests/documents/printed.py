"""Cells to hand in, and PDFs read back."""

import pymupdf


def text_cell(source, **more):
    return {"cell_type": "markdown", "metadata": {}, "source": source} | more


def code_cell(source, outputs=(), count=1, **metadata):
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
        "execution_count": count,
    }


def checked_cell(name, points=1, **more):
    """A graded cell that calls a check."""
    metadata = {"grade_id": name, "grade": True, "points": points, "solution": False}
    return code_cell(f'check("{name.replace("-", ".", 1)}")', nbgrader=metadata, **more)


def written_cell(name, points, source):
    """A graded cell that a student writes in."""
    metadata = {"grade_id": name, "grade": True, "points": points, "solution": True}
    return text_cell(source, metadata={"nbgrader": metadata})


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


class Printed:
    """A PDF that was written, read back."""

    def __init__(self, report, path):
        self.report, self.path = report, path
        with pymupdf.open(path) as document:
            self.outline = [(title, page) for _, title, page in document.get_toc()]
            self.links = [
                [
                    (" ".join(page.get_textbox(link["from"]).split()), link["page"] + 1)
                    for link in page.get_links()
                    if "page" in link
                ]
                for page in document
            ]
            self.pages = [page.get_text() for page in document]
            self.pictures = [picture for page in document for picture in page.get_image_info()]
            self.metadata = document.metadata
            self.outside = [
                span["bbox"]
                for page in document
                for block in page.get_text("dict")["blocks"]
                for line in block.get("lines", ())
                for span in line["spans"]
                if span["bbox"][2] > page.rect.width - 20 and span["text"].strip()
            ]
        self.text = " ".join(" ".join(self.pages).replace("\u200b", "").split())
        self.problems = " ".join(f"{problem.file} {problem.reason}" for problem in report.problems)
