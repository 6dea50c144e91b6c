"""Programs for authors, and what `tasks.py` runs; a learner needs to know none of them."""

# Lessons are rendered and tested in silence, and with one thread each: two of them share two cores.
TEST_SETTINGS = {
    "CNN_COURSE_QUIET": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUTF8": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}
