package io.bridgehead.app.publish;

/** What a folder is at. */
public enum FolderState {
    /** It was not read yet, or is changing. */
    READING("reading", false),
    /** Its documents are the head of its source. */
    PUBLISHED("published", false),
    /** Somebody else has changed the source, the folder has not changed since. */
    BEHIND("behind", false),
    /** Both have changed: nothing is published until people have said which is right. */
    CONFLICT("conflict", true),
    /** Its documents have problems; the last published ones stay. */
    PROBLEMS("problems", true),
    /** There is no such folder, or no document file in it; the last published documents stay. */
    MISSING("missing", true),
    /** The cluster could not decide; tried again. */
    WAITING("waiting", true),
    /** The changeset is not acceptable. */
    REFUSED("refused", true);

    private final String text;
    private final boolean problem;

    FolderState(String text, boolean problem) {
        this.text = text;
        this.problem = problem;
    }

    /** As {@code status} and the log call it. */
    public String text() {
        return text;
    }

    /** Whether a person has to do something. */
    public boolean isProblem() {
        return problem;
    }
}
