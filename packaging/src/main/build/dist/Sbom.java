import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The bill of materials that CycloneDX wrote of the jars, with what else an archive, a package or an image holds. */
final class Sbom {
    private static final String COMPONENTS = "\n  \"components\" : [\n";
    private static final String DEPENDENCIES = "\n  \"dependencies\" : [\n";
    private static final String DEPENDS_ON = "\"dependsOn\" : [\n";
    private static final String SERIAL = "urn:uuid:";
    private static final int UUID_LENGTH = 36;

    private Sbom() {}

    /**
     * What is shipped beside the jars.
     *
     * @param type as CycloneDX has it, such as {@code platform} or {@code library}
     * @param licence an expression of SPDX
     * @param text where its licence lies in what is handed out
     * @param cpe its name in lists of vulnerabilities, or empty where its purl is enough
     */
    record Component(String type, String name, String version, String supplier, String licence, String text, String purl, String cpe) {
        String json() {
            return """
                        {
                          "type" : "%s",
                          "bom-ref" : "%s",
                          "supplier" : { "name" : "%s" },
                          "name" : "%s",
                          "version" : "%s",
                          "scope" : "required",
                          "licenses" : [ { "expression" : "%s" } ],
                    %s      "purl" : "%s"
                        },
                    """.formatted(
                    type, purl, supplier, name, version, licence, cpe.isEmpty() ? "" : "      \"cpe\" : \"" + cpe + "\",\n", purl);
        }

        /** The line of a list of licences. */
        String line() {
            return "%-75s %s (%s)".formatted(name + " " + version + " of " + supplier, licence, text);
        }
    }

    /** The bill with these as well, which the program depends on; it has a number of its own, the same for the same content. */
    static String with(String bill, List<Component> more) {
        String added = bill;
        String refs = more.stream().map(component -> "        \"" + component.purl() + "\",\n").collect(Collectors.joining());
        String nodes = more.stream().map(component -> "    { \"ref\" : \"" + component.purl() + "\" },\n").collect(Collectors.joining());
        added = after(added, COMPONENTS, 0, more.stream().map(Component::json).collect(Collectors.joining()));
        int graph = added.indexOf(DEPENDENCIES);
        added = after(added, DEPENDS_ON, graph, refs); // of the first one, which is the distribution
        added = after(added, DEPENDENCIES, graph, nodes);
        int number = added.indexOf(SERIAL) + SERIAL.length();
        UUID own = UUID.nameUUIDFromBytes(added.getBytes(StandardCharsets.UTF_8));
        return added.substring(0, number) + own + added.substring(number + UUID_LENGTH);
    }

    private static String after(String text, String mark, int from, String more) {
        int at = text.indexOf(mark, Math.max(from, 0));
        if (from < 0 || at < 0) {
            throw new IllegalStateException("bom.json is not of the form that is known; expected in it: " + mark.strip());
        }
        return text.substring(0, at + mark.length()) + more + text.substring(at + mark.length());
    }

    /** Of a version in a purl everything but letters, digits and {@code .-_~} is escaped. */
    static String escaped(String version) {
        StringBuilder all = new StringBuilder();
        for (byte value : version.getBytes(StandardCharsets.UTF_8)) {
            char symbol = (char) (value & 0xff);
            boolean plain = symbol >= 'a' && symbol <= 'z' || symbol >= 'A' && symbol <= 'Z' || symbol >= '0' && symbol <= '9' || ".-_~".indexOf(symbol) >= 0;
            all.append(plain ? String.valueOf(symbol) : "%%%02X".formatted((int) symbol));
        }
        return all.toString();
    }
}
