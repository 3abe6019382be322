import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The security providers that a packed runtime lists: {@code jlink} copies the list of the whole JDK. Whoever asks for an algorithm has the virtual
 * machine look for each provider of the list, and for one whose module is not there it looks among the jars of the program too: there it finds Bouncy
 * Castle's, which is not on the list, and makes it, a quarter of the work of a node's start.
 */
final class Providers {
    private static final Pattern LISTED = Pattern.compile("security\\.provider\\.\\d+=((\\S+).*)");

    private Providers() {}

    /** Takes those whose modules the runtime lacks from its list. */
    static void keepThoseOf(Path runtime) throws IOException {
        Set<String> modules = modules(runtime);
        Set<String> gone = new HashSet<>();
        for (Provider provider : Security.getProviders()) {
            String module = provider.getClass().getModule().getName();
            if (module != null && !modules.contains(module)) {
                gone.add(provider.getName());
            }
        }
        Path file = runtime.resolve("conf/security/java.security");
        Files.writeString(file, without(Files.readString(file), gone));
    }

    /** The list is numbered without a gap, since it ends where a number is missing. */
    private static String without(String text, Set<String> gone) {
        List<String> kept = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            Matcher listed = LISTED.matcher(line);
            if (!listed.matches()) {
                kept.add(line);
            } else if (!gone.contains(listed.group(2))) {
                kept.add("security.provider." + ++number + "=" + listed.group(1));
            }
        }
        if (number == 0) {
            throw new IllegalStateException("java.security lists no provider; expected security.provider.1=SUN and others");
        }
        return String.join("\n", kept);
    }

    private static Set<String> modules(Path runtime) throws IOException {
        return Set.of(release(runtime, "MODULES").split(" "));
    }

    /** What a runtime says of itself. */
    static String release(Path runtime, String key) throws IOException {
        Properties release = new Properties();
        release.load(new StringReader(Files.readString(runtime.resolve("release"))));
        return release.getProperty(key).replace("\"", "");
    }
}
