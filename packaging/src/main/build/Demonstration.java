import java.io.File;

/** Runs {@code bridgehead demo} of the distribution in {@code bridgehead.launch} with the JDK that the toolchain chose. */
final class Demonstration {
    private Demonstration() {}

    public static void main(String[] args) throws Exception {
        File home = new File(System.getProperty("bridgehead.launch"));
        ProcessBuilder launch = new ProcessBuilder(home + "/bin/bridgehead", "demo").inheritIO();
        launch.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        Process demo = launch.start();
        Runtime.getRuntime().addShutdownHook(new Thread(demo::destroy));
        System.exit(demo.waitFor());
    }
}
