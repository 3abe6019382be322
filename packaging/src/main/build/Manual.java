import java.io.File;

/**
 * Has the distribution in {@code bridgehead.launch} write its man pages and completion script beside itself, for packages; run by the build with the
 * JDK that the toolchain chose.
 */
final class Manual {
    private Manual() {}

    public static void main(String[] args) throws Exception {
        File home = new File(System.getProperty("bridgehead.launch"));
        ProcessBuilder launch =
                new ProcessBuilder(home + "/bin/bridgehead", "manual", "--folder", home.getParent()).inheritIO();
        launch.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        System.exit(launch.start().waitFor());
    }
}
