"""Downloads of submissions become folders in submitted/, whatever is in them, and nothing is lost."""

import io
import os
import stat
import zipfile
from collections import Counter

import pytest
from downloads import GRADESCOPE, tree, zipped

from autograder.homework import CourseError
from autograder.lms.archive import MOST_NOTEBOOK, Room
from autograder.lms.collect import import_download

ROOT = "assignment_25828_export"


def gradescope(metadata=GRADESCOPE, **files):
    standard = {
        f"{ROOT}/submission_1/knn.ipynb": "ada's knn",
        f"{ROOT}/submission_1/nndl/knn.py": "ada's module",
        f"{ROOT}/submission_2/hw2/knn.ipynb": "the group's knn",
    }
    return {f"{ROOT}/submission_metadata.yml": metadata, **(files or standard)}


def what(done):
    return {each.student: each.what for each in done}


def test_gradescope_download_gives_every_student_a_folder_with_the_time(course, homework, download):
    done, remarks = import_download(course, homework, download(gradescope()))
    assert what(done) == {"ada@example.edu": "new", "bob@example.edu": "new", "Eve@Example.edu": "new"}
    assert not remarks
    assert tree(course.submitted / "ada@example.edu/hw2") == {
        "knn.ipynb": "ada's knn",
        "nndl/knn.py": "ada's module",
        "timestamp.txt": "2026-01-30 20:15:00.861687 UTC\n",
    }
    for member in ("bob@example.edu", "Eve@Example.edu"):
        assert tree(course.submitted / member / "hw2")["knn.ipynb"] == "the group's knn"


def test_roster_names_the_folders(course, homework, download):
    (course.root / "students.csv").write_text(
        "student,name,email,sid\nada,Ada Lovelace,ADA@example.edu,\nbob,,bob@example.edu,\n"
        "eve,Somebody Else,old@example.edu,19\n"
    )
    done, _ = import_download(course, homework, download(gradescope()))
    assert what(done) == {"ada": "new", "bob": "new", "eve": "new"}


def test_importing_again_changes_nothing(course, homework, download):
    path = download(gradescope())
    import_download(course, homework, path)
    before = tree(course.root / "submitted")
    done, _ = import_download(course, homework, path)
    assert set(what(done).values()) == {"unchanged"} and tree(course.root / "submitted") == before


def test_newer_submission_replaces_the_older_which_is_kept(course, homework, download):
    import_download(course, homework, download(gradescope()))
    later = GRADESCOPE.replace("2026-01-30 20:15", "2026-01-30 21:15")
    files = {f"{ROOT}/submission_1/knn.ipynb": "ada's second thought"}
    done, _ = import_download(course, homework, download(gradescope(later, **files)))
    ada = next(each for each in done if each.student == "ada@example.edu")
    assert ada.what == "replaced"
    assert tree(course.submitted / "ada@example.edu/hw2")["knn.ipynb"] == "ada's second thought"
    kept = course.root / ".autograder/replaced/hw2/ada@example.edu/1"
    assert tree(kept)["knn.ipynb"] == "ada's knn" and str(kept.relative_to(course.root)) in ada.said[0]


def test_older_submission_never_replaces_a_newer_one(course, homework, download):
    import_download(course, homework, download(gradescope()))
    earlier = GRADESCOPE.replace("2026-01-30 20:15", "2026-01-29 20:15")
    files = {f"{ROOT}/submission_1/knn.ipynb": "ada's first try"}
    done, _ = import_download(course, homework, download(gradescope(earlier, **files)))
    assert what(done)["ada@example.edu"] == "kept"
    assert tree(course.submitted / "ada@example.edu/hw2")["knn.ipynb"] == "ada's knn"


def test_last_of_several_attempts_counts(course, homework, download):
    again = GRADESCOPE.replace("bob@example.edu", "ada@example.edu")
    done, remarks = import_download(course, homework, download(gradescope(again)))
    assert tree(course.submitted / "ada@example.edu/hw2")["knn.ipynb"] == "the group's knn"
    assert len(done) == 2 and "earlier attempt of ada@example.edu" in remarks[0][1]


def test_time_that_a_student_writes_does_not_count(course, homework, download):
    files = {
        f"{ROOT}/submission_1/timestamp.txt": "2000-01-01 00:00:00 UTC",
        f"{ROOT}/submission_1/knn.ipynb": "x",
    }
    import_download(course, homework, download(gradescope(**files)))
    assert tree(course.submitted / "ada@example.edu/hw2")["timestamp.txt"].startswith("2026-01-30")


CANVAS = {
    "lovelaceada_1001_52345_hw2.zip": zipped(
        {"hw2/knn.ipynb": "ada's knn", "hw2/nndl/knn.py": "ada's module"}
    ),
    "b_bob_LATE_1002_52350_knn-2.ipynb": "bob's last knn",
    "b_bob_LATE_1002_52349_knn-1.ipynb": "bob's knn",
    "b_bob_LATE_1002_52351_knn.py": "bob's module",
    "müllerzoë_1003_52360_text.html": "<p>my answer</p>",
    "müllerzoë_1003_52361_KNN final-2.ipynb": "zoë's knn",
}


def test_canvas_download_is_taken_apart_by_student(course, homework, download):
    done, remarks = import_download(course, homework, download(CANVAS))
    assert what(done) == {"lovelaceada_1001": "new", "b_bob_1002": "new", "müllerzoë_1003": "new"}
    assert tree(course.submitted / "lovelaceada_1001/hw2") == {
        "knn.ipynb": "ada's knn",
        "nndl/knn.py": "ada's module",
    }
    assert tree(course.submitted / "b_bob_1002/hw2") == {
        "knn.ipynb": "bob's last knn",
        "knn.py": "bob's module",
    }
    assert tree(course.submitted / "müllerzoë_1003/hw2") == {"KNN final-2.ipynb": "zoë's knn"}
    late = next(each for each in done if each.student == "b_bob_1002")
    assert "late" in late.said[0] and "timestamp.txt" in late.said[0]
    assert dict(remarks)["müllerzoë_1003_52360_text.html"] == "is not a file that a student uploaded"


def entry_of(done, student):
    return next(each for each in done if each.student == student)


def test_a_time_written_by_hand_stays_when_the_same_files_are_imported_again(course, homework, download):
    import_download(course, homework, download(CANVAS))
    time = course.submitted / "b_bob_1002/hw2/timestamp.txt"
    time.write_text("2026-02-01 20:00:00 UTC\n")
    others = CANVAS | {"lovelaceada_1001_52345_hw2.zip": zipped({"hw2/knn.ipynb": "ada's second thought"})}
    done, _ = import_download(course, homework, download(others))
    assert what(done) == {
        "lovelaceada_1001": "replaced",
        "b_bob_1002": "unchanged",
        "müllerzoë_1003": "unchanged",
    }
    assert time.read_text() == "2026-02-01 20:00:00 UTC\n" and not entry_of(done, "b_bob_1002").said


def test_a_time_written_by_hand_is_not_the_time_of_another_attempt(course, homework, download):
    import_download(course, homework, download(CANVAS))
    time = course.submitted / "b_bob_1002/hw2/timestamp.txt"
    time.write_text("2026-02-01 20:00:00 UTC\n")
    done, _ = import_download(course, homework, download(CANVAS | {"b_bob_LATE_1002_52399_knn.py": "better"}))
    bob = entry_of(done, "b_bob_1002")
    assert bob.what == "replaced" and not time.exists()
    said = "; ".join(bob.said)
    assert (
        "2026-02-01 20:00 UTC" in said
        and "put aside" in said
        and "submitted/b_bob_1002/hw2/timestamp.txt" in said
    )


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        ({"hw2/knn.ipynb": "a", "hw2/nndl/knn.py": "b", "hw2/labkit/x.py": "c"}, ["knn.ipynb", "labkit/x.py", "nndl/knn.py"]),
        ({"my work/hw2/knn.ipynb": "a", "my work/report.pdf": "b"}, ["knn.ipynb", "my work/report.pdf"]),
        ({"nndl/knn.py": "a"}, ["nndl/knn.py"]),
        ({"hw2/nndl/knn.py": "a"}, ["nndl/knn.py"]),
        ({"hw2/knn.ipynb": "a", "old/knn.ipynb": "b"}, ["hw2/knn.ipynb", "old/knn.ipynb"]),
        ({"hw2/knn.ipynb": "a", "hw2/notes.pdf": "b", "notes.pdf": "c"}, ["hw2/knn.ipynb", "hw2/notes.pdf", "notes.pdf"]),
    ],
    ids=["folder", "folders", "modules alone", "folder of modules", "two folders", "two files of one name"],
)  # fmt: skip
def test_the_folder_around_a_submission_is_taken_away(course, homework, download, files, taken):
    done, _ = import_download(course, homework, download({"lovelaceada_1001_52345_hw2.zip": zipped(files)}))
    assert what(done) == {"lovelaceada_1001": "new"}
    assert list(tree(course.submitted / "lovelaceada_1001/hw2")) == taken


def test_a_folder_imported_with_the_one_around_it_is_unchanged(course, homework, download):
    there = course.submitted / "lovelaceada_1001/hw2/hw2"
    there.mkdir(parents=True)
    (there / "knn.ipynb").write_text("ada's knn")
    files = {"lovelaceada_1001_52345_hw2.zip": zipped({"hw2/knn.ipynb": "ada's knn"})}
    assert what(import_download(course, homework, download(files))[0]) == {"lovelaceada_1001": "unchanged"}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"hw2.tar.gz": b"packed"}, "hw2.tar.gz: is an archive that cannot be unpacked here: ask the student for a zip"),
        ({"hw2.7z": b"packed"}, "hw2.7z: is an archive"),
        ({"hw2.zip": b"packed"}, "hw2.zip: is not a zip file that can be read"),
        ({"hw2.zip": zipped({"hw2/hw2.rar": "packed"})}, "hw2.rar: is an archive"),
        ({"hw2.zip": zipped({"knn.ipynb": "knn"}), "notes.py": b"x"}, "hw2.zip: is a zip"),
        ({"hw2.zip": zipped({"inner.zip": zipped({"knn.ipynb": "knn"})})}, "inner.zip: is a zip in another one"),
    ],
)  # fmt: skip
def test_an_archive_that_stays_one_is_named_with_what_to_do(course, homework, download, files, named):
    names = {f"lovelaceada_1001_{number}_{name}": data for number, (name, data) in enumerate(files.items())}
    done, _ = import_download(course, homework, download(names))
    (said,) = entry_of(done, "lovelaceada_1001").said
    assert named in said and ("ask the student" in said or "look whether" in said)


def test_canvas_gradebook_serves_as_roster(course, homework, download):
    (course.root / "students.csv").write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,hw1 (77)\n    Points Possible,,,,,100\n"
        '"Lovelace, Ada",1001,S17,ada,A,90\n"B, Bob",1002,S18,bob,A,\n'
    )
    done, _ = import_download(course, homework, download(CANVAS))
    assert {"ada", "bob", "müllerzoë_1003"} == set(what(done))
    assert "is not in students.csv" in next(each for each in done if "1003" in each.student).said


def test_who_has_left_the_course_is_not_brought_back(course, homework, download):
    (course.root / "students.csv").write_text("student,canvas_id,dropped\nada,1001,2026-02-03\nbob,1002,no\n")
    done, _ = import_download(course, homework, download(CANVAS))
    assert what(done)["ada"] == "refused" and what(done)["bob"] == "new"
    assert "students.csv" in entry_of(done, "ada").said[0] and not (course.submitted / "ada").exists()


def hostile(name, data="x", mode=0o100644, flags=0):
    entry = zipfile.ZipInfo("placeholder")
    entry.filename = entry.orig_filename = name
    entry.external_attr = mode << 16
    entry.create_system = 3
    return entry, data


@pytest.mark.parametrize(
    "name",
    ["../../../escaped.py", "/escaped.py", "C:\\escaped.py", "..\\..\\escaped.py", "a/../../../escaped.py", "x" * 300,
     "line\nbreak.py"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(course, homework, tmp_path, name):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lovelaceada_1001_52345_knn.ipynb", "knn")
        inner = tmp_path / "inner.zip"
        with zipfile.ZipFile(inner, "w") as bad:
            bad.writestr(*hostile(name))
            bad.writestr("knn.ipynb", "bob's knn")
        archive.write(inner, "bbob_1002_52346_hw2.zip")
    before = {path.name for path in course.root.parent.iterdir()}
    done, _ = import_download(course, homework, path)
    assert what(done) == {"lovelaceada_1001": "new", "bbob_1002": "new"}
    assert tree(course.submitted / "bbob_1002/hw2") == {"knn.ipynb": "bob's knn"}
    assert "left out" in next(each for each in done if each.student == "bbob_1002").said[0]
    assert (
        not list(course.root.rglob("*escaped*")) and {p.name for p in course.root.parent.iterdir()} == before
    )


def test_links_bombs_encrypted_and_damaged_files_are_left_out_and_named(
    course, homework, tmp_path, monkeypatch
):
    monkeypatch.setattr("autograder.lms.archive.MOST_NOTEBOOK", 1000)
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ROOT}/submission_metadata.yml", GRADESCOPE)
        archive.writestr(*hostile(f"{ROOT}/submission_1/link.py", "/etc/passwd", stat.S_IFLNK | 0o777))
        archive.writestr(f"{ROOT}/submission_1/bomb.npz", b"\0" * 100_000)
        archive.writestr(f"{ROOT}/submission_1/knn.ipynb", "ada's knn")
        archive.writestr(f"{ROOT}/submission_1/broken.py", "broken" * 20, zipfile.ZIP_STORED)
    data = path.read_bytes().replace(b"broken" * 20, b"BROKEN" * 20)
    path.write_bytes(data)
    done, _ = import_download(course, homework, path)
    ada = next(each for each in done if each.student == "ada@example.edu")
    assert tree(course.submitted / "ada@example.edu/hw2").keys() == {"knn.ipynb", "timestamp.txt"}
    assert {sentence.partition(":")[0] for sentence in ada.said} == {"link.py", "bomb.npz", "broken.py"}
    assert MOST_NOTEBOOK > 1000


OTHERS = {"aaron_1_1_knn.ipynb": "aaron's knn", "zoe_3_3_knn.ipynb": "zoe's knn"}


def packed(files, method=zipfile.ZIP_DEFLATED, spoil=b""):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    start = (
        30 + len(next(iter(files))) + 8
    )  # the data of the first file, after what its packing needs to begin
    content = stream.getvalue()
    return content[:start] + spoil + content[start + len(spoil) :]


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ({"a/" * 400 + "x.py": "x", "a/" * 1900 + "x.py": "x", "knn.ipynb": "m"}, "nested more than 12 folders deep"),
        ({"a/" * 11 + "x.py": "x"}, ""),
    ],
)  # fmt: skip
def test_deep_folders_are_left_out_and_later_imports_work(course, homework, download, inner, said):
    done, _ = import_download(course, homework, download({**OTHERS, "mallory_2_2_hw2.zip": packed(inner)}))
    assert what(done) == {"aaron_1": "new", "mallory_2": "new", "zoe_3": "new"}
    assert said in "".join(next(each for each in done if each.student == "mallory_2").said)
    assert not (course.state / "import").exists()


def test_what_a_broken_import_left_behind_is_removed(course, homework, download):
    place = course.state / "import"
    place.mkdir(parents=True)
    for _ in range(1200):
        place = place / "a"
        place.mkdir()
    import_download(course, homework, download(OTHERS))
    assert not (course.state / "import").exists()


@pytest.mark.parametrize(
    ("method", "spoil"),
    [
        (zipfile.ZIP_BZIP2, b""),
        (zipfile.ZIP_LZMA, b""),
        (zipfile.ZIP_BZIP2, b"\1" * 30),
        (zipfile.ZIP_LZMA, b"\xff" * 30),
        (zipfile.ZIP_DEFLATED, b"\xff" * 30),
    ],
    ids=["bzip2", "lzma", "broken bzip2", "broken lzma", "broken"],
)
def test_a_file_that_is_packed_oddly_or_broken_is_named_and_the_others_are_taken(
    course, homework, download, method, spoil
):
    inner = packed({"knn.ipynb": os.urandom(500), "softmax.ipynb": "m"}, method, spoil)
    done, _ = import_download(course, homework, download({**OTHERS, "mallory_2_2_hw2.zip": inner}))
    assert what(done)["aaron_1"] == what(done)["zoe_3"] == "new"
    said = next(each for each in done if each.student == "mallory_2").said
    assert any("knn.ipynb" in sentence and "left out" in sentence for sentence in said)


def test_a_zip_file_that_lists_files_without_end_is_named(course, homework, download, monkeypatch):
    monkeypatch.setattr("autograder.submission.packed.MOST_LISTED", 10_000)
    inner = packed({f"{number}{'x' * 100}/": "" for number in range(100)})
    done, _ = import_download(course, homework, download({**OTHERS, "mallory_2_2_hw2.zip": inner}))
    assert "lists more files" in "".join(next(each for each in done if each.student == "mallory_2").said)


def test_all_zip_files_of_a_submission_share_its_room(course, homework, download, monkeypatch):
    monkeypatch.setattr(Room, "__init__", lambda room: vars(room).update(bytes=10_000, files=12))
    ada, bob = f"{ROOT}/submission_1", f"{ROOT}/submission_2"
    large = {f"{ada}/{part}.zip": packed({f"{part}.npz": bytes(4000)}) for part in "abcd"}
    many = {
        f"{bob}/{part}.zip": packed({f"{part}{number}.py": "x" for number in range(4)}) for part in "abcd"
    }
    done, _ = import_download(course, homework, download(gradescope(**large, **many)))
    ada, bob = (
        [name for name in tree(course.submitted / f"{who}@example.edu/hw2") if not name.endswith(".txt")]
        for who in ("ada", "bob")
    )
    assert ada == ["a.npz", "b.npz"] and len(bob) == 8
    said = "".join("".join(each.said) for each in done)
    assert "too large unpacked" in said and "the others were left out" in said


@pytest.mark.parametrize(
    "name", ["x\\submission_metadata.yml", "x/submission_metadata.yml", "x/y/submission_metadata.yml"]
)
def test_a_students_file_does_not_make_a_download_gradescopes(course, homework, tmp_path, name):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for other, data in OTHERS.items():
            archive.writestr(other, data)
        archive.writestr(*hostile(f"mallory_2_2_{name}", GRADESCOPE))
    done, _ = import_download(course, homework, path)
    assert what(done)["aaron_1"] == what(done)["zoe_3"] == "new"
    assert not any("example.edu" in each.student for each in done)


def test_what_systems_leave_in_zips_is_not_taken(course, homework, download):
    files = {
        f"{ROOT}/submission_1/knn.ipynb": "ada's knn",
        f"{ROOT}/submission_1/.DS_Store": "junk",
        f"{ROOT}/submission_1/.ipynb_checkpoints/knn-checkpoint.ipynb": "old",
        f"__MACOSX/{ROOT}/submission_1/._knn.ipynb": "junk",
        f"__MACOSX/{ROOT}/._submission_metadata.yml": "junk",
    }
    done, _ = import_download(course, homework, download(gradescope(**files)))
    assert tree(course.submitted / "ada@example.edu/hw2").keys() == {"knn.ipynb", "timestamp.txt"}
    assert Counter(what(done).values()) == {"new": 1}


def test_student_whose_name_cannot_be_a_folder_is_refused_by_name(course, homework, download):
    bad = GRADESCOPE.replace("ada@example.edu", "../ada").replace("bob@example.edu", "''")
    done, _ = import_download(course, homework, download(gradescope(bad)))
    refused = {each.student: each.said[0] for each in done if each.what == "refused"}
    assert "students.csv" in refused["../ada"]
    assert not (course.root / "ada").exists() and (course.submitted / "Bob B").is_dir()


def test_names_in_other_encodings_are_read(course, homework, tmp_path):
    path = tmp_path / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lovelaceada_1001_52345_knn.ipynb", "knn")
        archive.writestr("lovelaceada_1001_52346_XXXX.ipynb", "more")
    path.write_bytes(path.read_bytes().replace(b"XXXX", "éé".encode()))
    import_download(course, homework, path)
    assert "éé.ipynb" in tree(course.submitted / "lovelaceada_1001/hw2")


@pytest.mark.parametrize(
    "content, words",
    [
        (b"not a zip", "is not a zip file"),
        (zipped({"notes.txt": "x"}), "holds neither submission_metadata.yml"),
        (zipped({"submission_metadata.yml": "a: [1"}), "is damaged"),
        (zipped({"submission_metadata.yml": "just text"}), "lists no submissions"),
        (
            zipped({"submission_metadata.yml": "!!python/object/apply:os.system ['touch owned']"}),
            "is damaged",
        ),
    ],
)
def test_file_that_is_no_download_is_refused_in_one_line_and_nothing_is_written(
    course, homework, tmp_path, content, words
):
    path = tmp_path / "download.zip"
    path.write_bytes(content)
    with pytest.raises(CourseError) as error:
        import_download(course, homework, path)
    assert words in str(error.value) and "\n" not in str(error.value)
    assert not course.submitted.exists() and not (tmp_path / "owned").exists()


@pytest.mark.parametrize("place", ["missing.zip", "."])
def test_missing_file_or_folder_is_refused_in_one_line(course, homework, tmp_path, place):
    with pytest.raises(CourseError):
        import_download(course, homework, tmp_path / place)


def test_killed_import_leaves_nothing_half_done(course, homework, download, monkeypatch):
    path = download(gradescope())
    calls = []

    def killed(*arguments):
        calls.append(arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.lms.collect._when", killed)
        import_download(course, homework, path)
        with pytest.raises(KeyboardInterrupt):
            import_download(course, homework, path)
    done, _ = import_download(course, homework, path)
    assert calls and set(what(done).values()) == {"unchanged"}
