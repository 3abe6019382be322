import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Whose work is shipped and under which licence, from the bill of materials that CycloneDX wrote. */
final class ThirdParty {
    private ThirdParty() {}

    /** @param more what is shipped beside the jars; none where they are as their makers published them */
    static String list(Path bom, List<Sbom.Component> more) throws Exception {
        Element root = DocumentBuilderFactory.newNSInstance().newDocumentBuilder().parse(bom.toFile()).getDocumentElement();
        TreeMap<String, String> lines = new TreeMap<>();
        for (Element component : children(child(root, "components"), "component")) {
            String group = text(component, "group");
            String name = text(component, "name");
            if (!"io.bridgehead".equals(group)) {
                lines.put(group + ":" + name, "%-75s %s".formatted(group + ":" + name + ":" + text(component, "version"), licences(component)));
            }
        }
        if (lines.isEmpty() || lines.values().stream().anyMatch(line -> line.endsWith(" "))) {
            throw new IllegalStateException("no licence is known of: "
                    + lines.values().stream().filter(line -> line.endsWith(" ")).map(String::strip).toList());
        }
        StringBuilder all = new StringBuilder("Bridgehead, under the Apache License 2.0 (LICENSE), is shipped with these, each under its own"
                + " licence. The texts are in the jars.\nsbom.cdx.json says the same to programs.\n\n");
        if (!more.isEmpty()) {
            all.append("The jars are not as their makers published them: stored uncompressed, without signatures, tables of local variables,\n"
                    + "and schemas and examples of Hazelcast's configuration files.\n\n");
        }
        lines.values().forEach(line -> all.append(line).append('\n'));
        more.forEach(component -> all.append(component.line()).append('\n'));
        return all.toString();
    }

    private static String licences(Element component) {
        List<String> all = new ArrayList<>();
        Element licences = child(component, "licenses");
        if (licences != null) {
            for (Element licence : children(licences, "license")) {
                String id = text(licence, "id");
                all.add(id.isEmpty() ? text(licence, "name") : id);
            }
            for (Element expression : children(licences, "expression")) {
                all.add(expression.getTextContent().strip());
            }
        }
        return String.join(", ", all);
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> all = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) {
                all.add(element);
            }
        }
        return all;
    }

    private static Element child(Element parent, String name) {
        List<Element> all = children(parent, name);
        return all.isEmpty() ? null : all.getFirst();
    }

    private static String text(Element parent, String name) {
        Element child = child(parent, name);
        return child == null ? "" : child.getTextContent().strip();
    }
}
