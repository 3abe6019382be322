package io.bridgehead.cli;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Golden;
import io.bridgehead.config.schema.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Commands, configuration and links in the pages are right, as far as that can be said without running them. What a block is says its info string:
 *
 * <ul>
 *   <li>nothing: shell; {@code console}: lines of shell begin with {@code $}, the others are what came out
 *   <li>{@code yaml}: documents, or a whole {@code gateway.yaml}; {@code yaml gateway}: a part of one; {@code yaml service}: a part of the
 *       {@code spec} of a Service, or a {@code spec}; {@code yaml route}: a part of that of an HTTPRoute
 *   <li>{@code hcl}: a call of a Terraform module of this repository
 *   <li>{@code file}: a file of another program, which its first line names in a comment: a test of the profile {@code resilience}, or the package's
 *       life under systemd, runs that program with it
 *   <li>{@code files}: files of this repository, or of the distribution, which an end-to-end test looks for
 *   <li>anything else, such as {@code text}: not checked, and so listed in {@code documentation/unchecked.txt}
 * </ul>
 */
final class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final List<String> PLACES =
            List.of("docs", "config-examples", "packaging/observability", "README.md", "CONTRIBUTING.md");
    /** Written from the commands, whose examples are looked at where they stand. */
    private static final String WRITTEN = "docs/cli.md";

    private static final Set<String> CHECKED =
            Set.of("", "console", "file", "files", "hcl", "yaml", "yaml gateway", "yaml service", "yaml route");
    private static final Pattern PROFILE = Pattern.compile("<profile>.*?<id>([^<]+)</id>", Pattern.DOTALL);
    private static final Pattern MODULE = Pattern.compile("source +=  *\"./deploy/terraform/([a-z]+)\"");
    private static final Pattern VARIABLE = Pattern.compile("(?ms)^variable \"(\\w+)\" \\{(.*?)^}");
    private static final Pattern ARGUMENT = Pattern.compile("(?m)^  (\\w+) +=");
    private static final Pattern KEY = Pattern.compile("(?m)^([A-Za-z]+):");

    /** A gateway.yaml that a part is put into, by its keys. */
    private static final Map<String, String> GATEWAY = new LinkedHashMap<>();

    private static final List<Page> PAGES = new ArrayList<>();
    private static final CommandLine LINE = Commands.line().setCaseInsensitiveEnumValuesAllowed(true);

    static {
        GATEWAY.put("site", "site: { name: aws-use1 }");
        GATEWAY.put(
                "identity",
                "identity: { trustDomain: corp.example, files: { certificate: node.crt, key: node.key, bundle: ca.crt } }");
        GATEWAY.put("listeners", "listeners: [ { name: http, port: 8080 } ]");
    }

    @BeforeAll
    static void read() throws IOException {
        for (String place : PLACES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(place))) {
                for (Path file : files.filter(one -> one.toString().endsWith(".md"))
                        .sorted()
                        .toList()) {
                    if (!Page.name(file).equals(WRITTEN)) {
                        PAGES.add(Page.read(file));
                    }
                }
            }
        }
    }

    private static Stream<Page.Block> blocks(String... infos) {
        return PAGES.stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> List.of(infos).contains(block.info()));
    }

    private static List<String> shell(Page.Block block) {
        return block.info().isEmpty()
                ? block.lines()
                : block.lines().stream()
                        .filter(line -> line.startsWith("$ "))
                        .map(line -> line.substring(2))
                        .toList();
    }

    @Test
    void everyCommandOfAPageIsOne() {
        List<String> wrong = new ArrayList<>();
        int[] seen = {0};
        blocks("", "console").forEach(block -> {
            for (List<String> command : new ShellText(shell(block)).commands()) {
                if (ShellText.isOurs(command)) {
                    seen[0]++;
                    understand(block.place(), ShellText.argumentsOf(command), wrong);
                }
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(seen[0]).as("commands in pages").isGreaterThan(80);
    }

    @Test
    void everyExampleOfTheHelpIsOne() {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (CommandLine command : all(LINE)) {
            List<String> examples = Arrays.stream(
                            command.getCommandSpec().usageMessage().footer())
                    .map(line -> line.replaceAll("\\s{3,}\\S.*$", ""))
                    .toList();
            for (List<String> words : new ShellText(examples).commands()) {
                if (ShellText.isOurs(words)) {
                    seen++;
                    understand(
                            command.getCommandSpec().qualifiedName() + " --help", ShellText.argumentsOf(words), wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).as("examples").isGreaterThan(60);
    }

    private static List<CommandLine> all(CommandLine from) {
        List<CommandLine> all = new ArrayList<>(List.of(from));
        from.getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .forEach(command -> all.addAll(all(command)));
        return all;
    }

    @Test
    void whatIsWrongIsFound() {
        List<String> wrong = new ArrayList<>();
        List<String> lines = List.of(
                "export A=b; until bridgehead stauts > x 2>&1; do sleep 1; done   # bridgehead no-command",
                "cat > x.yaml <<'END'",
                "bridgehead in-a-file",
                "END",
                "docker exec gateway bridgehead status --colour | grep bridgehead",
                "bridgehead drain site \\",
                "    azure --for 1h");
        new ShellText(lines)
                .commands().stream()
                        .filter(ShellText::isOurs)
                        .forEach(command -> understand("here", ShellText.argumentsOf(command), wrong));
        assertThat(wrong).hasSize(3);
        assertThat(wrong.get(0)).contains("bridgehead stauts: ");
        assertThat(wrong.get(1)).contains("bridgehead status --colour: Unknown option");
        assertThat(wrong.get(2)).contains("bridgehead drain site azure --for 1h: Missing required", "--reason");
        read("here", "yaml service", "limits: { conections: 3 }\n", wrong);
        assertThat(wrong.getLast()).contains("conections", "connections");
        assertThat(mention("bridgehead get servces [--watch]")).isEqualTo("no command servces");
        assertThat(mention("bridgehead get services [--wach]")).isEqualTo("no option --wach");
        assertThat(mention("bridgehead drain site S ... --for 1h")).isNull();
    }

    private static void understand(String place, List<String> arguments, List<String> wrong) {
        try {
            LINE.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            wrong.add(place + ": bridgehead " + String.join(" ", arguments) + ": " + e.getMessage());
        }
    }

    /** Spans are often less than a whole command: each verb and each option is one. */
    @Test
    void everyCommandThatASpanOfCodeNamesIsThere() {
        List<String> wrong = new ArrayList<>();
        for (Page page : PAGES) {
            for (Page.Found span : page.spans("bridgehead ")) {
                String problem = mention(span.text());
                if (problem != null) {
                    wrong.add(span.place() + ": `" + span.text() + "`: " + problem);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static @Nullable String mention(String span) {
        List<List<String>> commands = new ShellText(List.of(span.replaceAll("[\\[\\]]", " "))).commands();
        List<String> words = commands.isEmpty() ? List.of() : ShellText.argumentsOf(commands.getFirst());
        CommandLine command = LINE;
        boolean inVerbs = true;
        for (String word : words) {
            if (word.startsWith("-") && word.length() > 1) {
                String name = word.replaceAll("=.*", "");
                if (all(command).stream()
                        .noneMatch(one -> one.getCommandSpec().optionsMap().containsKey(name))) {
                    return "no option " + name;
                }
            } else if (inVerbs) {
                CommandLine next = command.getSubcommands().get(word);
                inVerbs = next != null;
                if (next == null && !command.getSubcommands().isEmpty() && word.matches("[a-z-]+")) {
                    return "no command " + word;
                }
                command = next == null ? command : next;
            }
        }
        return null;
    }

    /** The shell takes each block, as far as it tells without running it. */
    @Test
    void everyPieceOfShellIsOne() throws Exception {
        StringBuilder script = new StringBuilder();
        blocks("", "console")
                .forEach(block -> script.append(": '")
                        .append(block.place())
                        .append("'\nfunction_() {\n:\n")
                        .append(String.join("\n", shell(block)).replaceAll("<([a-z0-9 -]+)>", "_$1_"))
                        .append("\n}\n"));
        Path file = Files.createTempFile("pages", ".sh");
        try {
            Files.writeString(file, script);
            Process bash = new ProcessBuilder("bash", "-n", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(bash.exitValue()).as("%s%n%s", said, script).isZero();
        } finally {
            Files.delete(file);
        }
    }

    /** Profiles and test classes that commands of Maven name are there. */
    @Test
    void everyBuildThatAPageNamesIsThere() throws IOException {
        Set<String> profiles = new TreeSet<>();
        for (String pom : List.of("pom.xml", "gateway/pom.xml", "packaging/pom.xml", "load-tests/pom.xml")) {
            Matcher matcher = PROFILE.matcher(Files.readString(ROOT.resolve(pom)));
            while (matcher.find()) {
                profiles.add(matcher.group(1));
            }
        }
        Set<String> classes;
        try (Stream<Path> files = Files.walk(ROOT, 16)) {
            classes = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(toCollection(TreeSet::new));
        }
        classes.add("none");
        blocks("").forEach(block -> {
            for (List<String> command : new ShellText(block.lines()).commands()) {
                if (command.getFirst().equals("mvn")) {
                    assertThat(named(command, "-P")).as(block.place()).isSubsetOf(profiles);
                    assertThat(named(command, "-Dtest=")).as(block.place()).isSubsetOf(classes);
                    assertThat(named(command, "-Dit.test=")).as(block.place()).isSubsetOf(classes);
                }
            }
        });
    }

    private static List<String> named(List<String> command, String option) {
        return command.stream()
                .filter(word -> word.startsWith(option))
                .flatMap(word -> Stream.of(word.substring(option.length()).split(",")))
                .toList();
    }

    /** A module that a page calls has the variables that it is given, and is given all that have no default. */
    @Test
    void everyTerraformModuleIsCalledWithItsVariables() throws IOException {
        List<Page.Block> calls = blocks("hcl").toList();
        assertThat(calls).isNotEmpty();
        for (Page.Block call : calls) {
            Matcher source = MODULE.matcher(call.text());
            assertThat(source.find()).as(call.place()).isTrue();
            Set<String> declared = new TreeSet<>();
            Set<String> required = new TreeSet<>();
            VARIABLE.matcher(module(source.group(1))).results().forEach(found -> {
                declared.add(found.group(1));
                if (!found.group(2).contains("  default")) {
                    required.add(found.group(1));
                }
            });
            Set<String> given = ARGUMENT.matcher(call.text())
                    .results()
                    .map(found -> found.group(1))
                    .filter(name -> !name.equals("source"))
                    .collect(toCollection(TreeSet::new));
            assertThat(given).as(call.place()).isSubsetOf(declared).containsAll(required);
        }
    }

    private static String module(String name) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files =
                Files.list(ROOT.resolve("packaging/deploy/terraform").resolve(name))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".tf")).toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    @Test
    void everyPieceOfConfigurationIsRead() {
        List<String> wrong = new ArrayList<>();
        blocks("yaml", "yaml gateway", "yaml service", "yaml route")
                .forEach(block -> read(block.place(), block.info(), block.text(), wrong));
        blocks("")
                .forEach(block -> new ShellText(block.lines()).files().forEach((file, text) -> {
                    if (file.endsWith(".yaml")) {
                        read(block.place() + " " + file, "yaml", text, wrong);
                    }
                }));
        assertThat(wrong).isEmpty();
    }

    private static void read(String place, String info, String text, List<String> wrong) {
        Reading<?> reading = switch (info) {
            case "yaml gateway" -> gateway(place, whole(text));
            case "yaml service" -> DocumentReader.read(place, services(text));
            case "yaml route" -> DocumentReader.read(place, route(text));
            default -> text.contains("apiVersion:") ? DocumentReader.read(place, text) : gateway(place, text);
        };
        if (reading instanceof Reading.Refused<?> refused) {
            refused.problems().forEach(problem -> wrong.add(place + ": " + problem));
        }
    }

    private static Reading<?> gateway(String place, String text) {
        return new NodeConfigReader(Path.of("/etc/bridgehead"), "aws-use1-a").read(place, text);
    }

    private static String whole(String part) {
        Set<String> given = KEY.matcher(part).results().map(one -> one.group(1)).collect(Collectors.toSet());
        return GATEWAY.entrySet().stream()
                        .filter(one -> !given.contains(one.getKey()))
                        .map(one -> one.getValue() + "\n")
                        .collect(Collectors.joining())
                + part;
    }

    private static String services(String parts) {
        StringBuilder documents = new StringBuilder();
        int number = 0;
        for (String part : parts.split("(?m)^---$", -1)) {
            String spec = part.strip().startsWith("spec:")
                    ? part.strip()
                    : "spec:\n" + part.indent(2).stripTrailing();
            documents
                    .append("apiVersion: bridgehead.io/v1\nkind: Service\nmetadata: { name: part-")
                    .append(++number)
                    .append(" }\n")
                    .append(spec)
                    .append(
                            spec.contains("\n  sites:")
                                    ? ""
                                    : "\n  sites: { aws-use1: { endpoints: [ \"10.0.0.9:80\" ] } }")
                    .append(
                            spec.contains("\n  hostnames:") || spec.contains("\n  ports:")
                                    ? ""
                                    : "\n  hostnames: [ part.example ]")
                    .append("\n---\n");
        }
        return documents.toString();
    }

    private static String route(String part) {
        return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: part, namespace: edge }\n"
                + "spec:\n  parentRefs: [ { name: public } ]\n" + part.indent(2);
    }

    /** Terraform's modules cannot share their variables. */
    @Test
    void copiesAreTheSame() throws IOException {
        Path modules = ROOT.resolve("packaging/deploy/terraform");
        String one = Files.readString(modules.resolve("aws/common.tf"));
        assertThat(modules.resolve("azure/common.tf")).hasContent(one);
        assertThat(modules.resolve("gcp/common.tf")).hasContent(one);
    }

    /** Nothing is left out unsaid: what this class does not check is kept in a list. */
    @Test
    void whatIsNotCheckedIsListed() {
        String unchecked = PAGES.stream()
                .flatMap(page -> page.blocks().stream()
                        .filter(block -> !CHECKED.contains(block.info()))
                        .map(block -> Page.name(page.file()) + " | " + block.info() + " | "
                                + block.lines().getFirst().strip() + "\n"))
                .collect(Collectors.joining());
        Golden.check(Path.of("src/test/resources/documentation/unchecked.txt"), unchecked);
    }

    /** The parser of pages knows fences alone: what is indented would be code to readers and nothing to these checks. */
    @Test
    void codeStandsBetweenFences() {
        List<String> indented = new ArrayList<>();
        for (Page page : PAGES) {
            page.text().forEach((number, line) -> {
                if (line.startsWith("    ") || line.startsWith("\t")) {
                    indented.add(Page.name(page.file()) + ":" + number + ": " + line);
                }
            });
        }
        assertThat(indented).isEmpty();
    }

    /** Each block of shell is typed by a test or a script as it stands there, or the list says why by none. */
    @Test
    void whoTypesEachBlockOfShellIsListed() throws IOException {
        List<Page.Block> shell = blocks("", "console").toList();
        TypedBlocks typed =
                new TypedBlocks(Files.readAllLines(Path.of("src/test/resources/documentation/typed.txt")), ROOT);
        assertThat(typed.keys())
                .as("documentation/typed.txt: a line for each block, in their order")
                .containsExactlyElementsOf(shell.stream().map(TypedBlocks::key).toList());
        assertThat(typed.problems(shell)).isEmpty();
    }

    @Test
    void whoIsSaidToTypeABlockAndDoesNotIsFound() throws IOException {
        Page.Block block = new Page.Block("docs/operations.md:9", "", List.of("bridgehead  history", "mvn -Pnone"));
        Page.Block example = new Page.Block("config-examples/none-of-these/README.md:9", "", block.lines());
        List<String> who = List.of(
                "OperatorsDoWhatThePagesSayIT",
                "NobodyDoesIT, life-of-a-page.sh",
                "docker.sh",
                "OperatorsDoWhatThePagesSayIT",
                ".ci/run",
                "not run: ",
                "not run: needs a cloud");
        List<Page.Block> blocks = List.of(block, block, block, example, block, block, block);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < who.size(); i++) {
            lines.add(TypedBlocks.key(blocks.get(i)) + " | " + who.get(i));
        }
        TypedBlocks typed = new TypedBlocks(lines, ROOT);
        assertThat(typed.keys()).startsWith("docs/operations.md | bridgehead history");
        assertThat(typed.problems(blocks).stream()
                        .map(problem -> problem.replaceAll("^.*: ", ""))
                        .toList())
                .containsExactly(
                        "OperatorsDoWhatThePagesSayIT has nothing of the block",
                        "there is no test and no script NobodyDoesIT",
                        "there is no test and no script life-of-a-page.sh",
                        "docker.sh does not name operations.md",
                        "OperatorsDoWhatThePagesSayIT does not name none-of-these",
                        ".ci/run does not have history",
                        ".ci/run does not have -Pnone",
                        "says no reason");
    }

    @Test
    void noPlaceIsLeftToBeFilledIn() throws IOException {
        for (Page page : PAGES) {
            assertThat(Files.readString(page.file())).as(Page.name(page.file())).doesNotContain("@@");
        }
    }

    @Test
    void filesOfOtherProgramsAreRunSomewhere() throws IOException {
        String tests = "";
        try (Stream<Path> files = Files.walk(ROOT.resolve("load-tests/src/resilience"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                tests += Files.readString(file);
            }
        }
        String life = Files.readString(ROOT.resolve("packaging/src/systemd/life-of-a-package.sh"));
        String run = tests + life.replaceAll("block operations.md '# ([^']+)'", "Page.file(\"$1\")");
        assertThat(PAGES.stream()
                        .flatMap(page -> page.blocks().stream())
                        .filter(block -> block.info().equals("file"))
                        .map(block -> block.lines().getFirst()))
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(run).contains("Page.file(\"" + line.replaceAll("^[#;] |;.*$", "") + "\")"));
    }

    @Test
    void everyFileThatAPageListsIsThere() {
        Map<String, List<String>> lists = new TreeMap<>();
        blocks("files").forEach(block -> lists.put(block.place().replaceAll(":\\d+$", ""), block.lines()));
        assertThat(lists).containsOnlyKeys("docs/ARCHITECTURE.md", "docs/building.md");
        List<String> repository = lists.getOrDefault("docs/ARCHITECTURE.md", List.of());
        Stream.concat(
                        Stream.of(repository.getFirst().split(" +", -1)),
                        repository.stream().skip(1).map(line -> line.split(" +", 2)[0]))
                .forEach(name -> assertThat(ROOT.resolve(name)).exists());
    }

    @Test
    void everyLinkInsideLeadsSomewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Page page : PAGES) {
            for (Page.Found link : page.links()) {
                int anchor = link.text().indexOf('#');
                String target = anchor < 0 ? link.text() : link.text().substring(0, anchor);
                Path file = target.isEmpty() ? page.file() : page.file().resolveSibling(target);
                boolean isThere = Files.exists(file)
                        && (anchor < 0
                                || !file.toString().endsWith(".md")
                                || Page.read(file)
                                        .anchors()
                                        .contains(link.text().substring(anchor + 1)));
                if (!isThere) {
                    wrong.add(link.place() + ": " + link.text());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
