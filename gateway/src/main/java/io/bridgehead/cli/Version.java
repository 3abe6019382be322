package io.bridgehead.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its jar says. */
final class Version {
    private Version() {}

    /** The version, or {@code development} when it runs from classes. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** What {@code --version} answers. */
    static final class Lines implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"bridgehead " + text(), "Java " + Runtime.version()};
        }
    }
}
