package io.bridgehead.cli.doctor;

import io.bridgehead.cli.doctor.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** The findings of one kind of check, in the order in which they were made. <b>Threads</b>: one. */
final class Findings {
    private final String check;
    private final List<Finding> all = new ArrayList<>();

    Findings(String check) {
        this.check = check;
    }

    void ok(String about, String found) {
        all.add(new Finding(check, Severity.OK, about, found, ""));
    }

    void note(String about, String found, String remedy) {
        all.add(new Finding(check, Severity.NOTE, about, found, remedy));
    }

    void warning(String about, String found, String remedy) {
        all.add(new Finding(check, Severity.WARNING, about, found, remedy));
    }

    void error(String about, String found, String remedy) {
        all.add(new Finding(check, Severity.ERROR, about, found, remedy));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
