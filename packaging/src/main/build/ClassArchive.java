import java.io.File;
import java.nio.file.Files;
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
        // Its log, which nobody wants to read while everything goes well; what it complains about is shown at the end.
        File said = new File(home.getAbsoluteFile().getParentFile(), "warm-up.log");
        ProcessBuilder launch = new ProcessBuilder(home + "/bin/bridgehead", "warm-up").redirectErrorStream(true).redirectOutput(said);
        launch.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        launch.environment().put("BRIDGEHEAD_JAVA_OPTS", "-Xlog:cds*=off -XX:ArchiveClassesAtExit=" + archive);
        Process process = launch.start();
        if (!process.waitFor(600, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("bridgehead warm-up failed; it said:\n" + Files.readString(said.toPath()));
        }
        for (String line : Files.readAllLines(said.toPath())) {
            if (!line.startsWith("{") || line.contains("\"severity\":\"WARN\"") || line.contains("\"severity\":\"ERROR\"")) {
                System.err.println(line);
            }
        }
    }
}
