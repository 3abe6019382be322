import java.io.File;
import java.util.concurrent.TimeUnit;

/** Has the distribution in {@code bridgehead.launch} write its class archive; run by the build with the JDK that the toolchain chose. */
final class ClassArchive {
    private ClassArchive() {}

    public static void main(String[] args) throws Exception {
        File home = new File(System.getProperty("bridgehead.launch"));
        File archive = new File(home, "lib/bridgehead.jsa");
        if (archive.exists() && !archive.delete()) {
            throw new IllegalStateException(archive + " cannot be replaced");
        }
        ProcessBuilder launch = new ProcessBuilder(home + "/bin/bridgehead", "warm-up").inheritIO();
        launch.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        launch.environment().put("BRIDGEHEAD_JAVA_OPTS", "-Xlog:cds*=off -XX:ArchiveClassesAtExit=" + archive);
        launch.environment().put("BRIDGEHEAD_LOG_LEVEL", "WARN");
        Process process = launch.start();
        if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("bridgehead warm-up failed");
        }
    }
}
