package io.bridgehead.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.bridgehead.model.OwnedBy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that keep the gateway's packages what docs/ARCHITECTURE.md says they are. */
final class ArchitectureTest {
    private static final JavaClasses CLASSES = importClasses();

    /** Which packages may know a library; nobody else has to change when it does. */
    private static final Map<String, List<String>> DOORS = Map.ofEntries(
            Map.entry("com.hazelcast", List.of()),
            Map.entry("org.snakeyaml", List.of("config")),
            Map.entry("com.google.re2j", List.of("match")),
            Map.entry("io.micrometer", List.of("telemetry")),
            Map.entry("io.opentelemetry", List.of("telemetry")),
            Map.entry("picocli", List.of("cli")),
            Map.entry("org.bouncycastle", List.of("tls")),
            Map.entry("com.nimbusds", List.of("authn")),
            Map.entry("org.jose4j", List.of("authn")),
            Map.entry("io.vertx.core.json", List.of("admin", "app", "cli", "demo")),
            Map.entry("io.vertx", List.of("loop", "admin", "app")),
            Map.entry("io.netty", List.of("loop", "wire", "tls", "tunnel", "listen", "upstream")));

    @Test
    void everyPackageHasARowInTheLayerTable() {
        assertThat(CLASSES.contain(OwnedBy.class))
                .as("no class was read: every rule would hold of nothing")
                .isTrue();
        Set<String> rows = LayerTable.rows().keySet();
        List<String> strangers = CLASSES.stream()
                .filter(type -> !type.getPackageName().startsWith(LayerTable.ROOT + ".cluster"))
                .filter(type -> !rows.contains(LayerTable.rowOf(type.getPackageName())))
                .map(JavaClass::getName)
                .toList();
        assertThat(strangers)
                .as("a package without a row in the layer table could import anything: give it one, here and in"
                        + " docs/ARCHITECTURE.md")
                .isEmpty();
    }

    @Test
    void importsFollowTheLayerTable() {
        List<ArchRule> rules = new ArrayList<>();
        LayerTable.rows().forEach((row, imports) -> {
            Stream<String> allowed = Stream.concat(Stream.of(row), imports.stream());
            String[] packages = allowed.map(ArchitectureTest::packages).toArray(String[]::new);
            String[] forbiddenLibrary = Set.of("sync", "telemetry", "app").contains(row)
                    ? new String[] {LayerTable.ROOT + ".cluster.none"}
                    : new String[] {LayerTable.ROOT + ".cluster.."};
            rules.add(noClasses()
                    .that()
                    .resideInAPackage(packages(row))
                    .should()
                    .dependOnClassesThat(resideInAPackage(LayerTable.ROOT + "..")
                            .and(DescribedPredicate.not(resideInAPackage(LayerTable.ROOT + ".cluster..")))
                            .and(DescribedPredicate.not(resideInAnyPackage(packages)))
                            .or(resideInAnyPackage(forbiddenLibrary)))
                    .because("dependencies follow the bytes: '" + row + "' may import " + imports
                            + " (layer table of docs/ARCHITECTURE.md); pass a value or an interface down instead"));
        });
        check(rules);
    }

    @Test
    void onlyTheCompositionRootKnowsMoreOfSharedStateThanItsInterface() {
        check(
                List.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(packages("app"), LayerTable.ROOT + ".cluster..")
                                .should()
                                .dependOnClassesThat(resideInAPackage(LayerTable.ROOT + ".cluster..")
                                        .and(DescribedPredicate.not(resideInAnyPackage(LayerTable.CLUSTER_API + ".."))))
                                .because(
                                        "the gateway serves without the cluster: it sees cluster.api, and app chooses what is behind it")));
    }

    @Test
    void whatDecidesKnowsNoSocketAndNoLibrary() {
        List<ArchRule> rules = new ArrayList<>();
        for (String row : LayerTable.PURE.stream().sorted().toList()) {
            rules.add(noClasses()
                    .that()
                    .resideInAPackage(packages(row))
                    .should()
                    .dependOnClassesThat(DescribedPredicate.not(resideInAnyPackage(
                                    "java..",
                                    "org.jspecify..",
                                    "com.google.errorprone.annotations..",
                                    "com.google.re2j..",
                                    LayerTable.ROOT + ".."))
                            .or(resideInAnyPackage("java.net.http..", "java.nio.channels..", "java.util.logging..")))
                    .because("the brain has no sockets and no logger: '" + row
                            + "' imports the JDK, its own kind and regular expressions, so that it is tested in milliseconds; return"
                            + " a value and let the caller act"));
        }
        check(rules);
    }

    @Test
    void packagesHaveNoCycles() {
        check(List.of(slices().matching(LayerTable.ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages in a cycle can only be understood, tested and changed together")));
    }

    @Test
    void eachLibraryHasOneDoor() {
        List<ArchRule> rules = new ArrayList<>();
        DOORS.forEach((library, rows) -> rules.add(noClasses()
                .that(outside(rows))
                .should()
                .dependOnClassesThat(
                        resideInAPackage(library + "..").and(DescribedPredicate.not(hasNearerDoor(library))))
                .because(library + " has one door, " + rows
                        + ": its hazards are handled there, and its next version changes nothing else")));
        check(rules);
    }

    /** A part of a library may have a door of its own, such as the JSON of Vert.x. */
    private static DescribedPredicate<JavaClass> hasNearerDoor(String library) {
        List<String> nearer = DOORS.keySet().stream()
                .filter(other -> other.startsWith(library + "."))
                .toList();
        return DescribedPredicate.describe(
                "have a door of their own",
                type -> nearer.stream().anyMatch(door -> type.getPackageName().startsWith(door)));
    }

    @Test
    void mutableStateHasAnOwner() {
        DescribedPredicate<JavaClass> mutable = DescribedPredicate.describe(
                "have a field that is neither final nor static", ArchitectureTest::hasMutableField);
        check(List.of(classes()
                .that(mutable)
                .should()
                .beAnnotatedWith(OwnedBy.class)
                .because(
                        "who may touch mutable state must be written on the class: add @OwnedBy, or make the field final"
                                + " (an anonymous class with state deserves a name)")));
    }

    @Test
    void onlyProgramsWriteToTheTerminal() {
        ArchCondition<JavaClass> writeThere = condition(
                "access System.out or System.err",
                (type, events) -> type.getFieldAccessesFromSelf().stream()
                        .filter(access -> isTerminal(access.getTarget()))
                        .forEach(
                                access -> events.add(SimpleConditionEvent.satisfied(access, access.getDescription()))));
        check(List.of(noClasses()
                .that(outside(LayerTable.PROGRAMS))
                .should(writeThere)
                .because("the terminal belongs to the command line: tell an observer, return a text, or log")));
    }

    @Test
    void timeIsAnArgument() {
        check(List.of(bans(
                LayerTable.PROGRAMS_AND_LOOP,
                call -> is(call, System.class, "currentTimeMillis")
                        || is(call, System.class, "nanoTime")
                        || (is(call, Instant.class, "now")
                                && call.getTarget().getRawParameterTypes().isEmpty()),
                "read the clock",
                "time is an argument, or no test can pass it: take a LongSupplier or java.time.Clock by constructor, or"
                        + " the loop's clock")));
    }

    @Test
    void nobodySleeps() {
        check(List.of(bans(
                Set.of(),
                call -> is(call, Thread.class, "sleep") || is(call, Thread.class, "onSpinWait"),
                "sleep",
                "a sleeping thread serves nobody and a test that waits for one is slow or wrong: use the loop's timer, a"
                        + " scheduler given by constructor, or wait for the condition with a bound")));
    }

    @Test
    void threadsAreMadeInOnePlace() {
        Set<String> makers = Set.of("ofVirtual", "ofPlatform", "startVirtualThread");
        check(
                List.of(
                        bans(
                                LayerTable.PROGRAMS_AND_LOOP,
                                call -> is(call, Thread.class, "<init>")
                                        || call.getTargetOwner().isEquivalentTo(Executors.class)
                                        || (call.getTargetOwner().isEquivalentTo(Thread.class)
                                                && makers.contains(
                                                        call.getTarget().getName())),
                                "make threads",
                                "docs/ARCHITECTURE.md lists every thread and who owns it: take an Executor by constructor; app makes it")));
    }

    @Test
    void eventLoopsTakeNoLock() {
        String[] packages =
                LayerTable.EVENT_LOOP.stream().map(ArchitectureTest::packages).toArray(String[]::new);
        ArchCondition<JavaClass> haveLocks = condition(
                "have synchronized methods",
                (type, events) -> type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                        .forEach(
                                method -> events.add(SimpleConditionEvent.satisfied(method, method.getDescription()))));
        check(List.of(noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should(haveLocks)
                .because(
                        "one loop owns one exchange and takes no lock: run on the owner's loop (Loop.execute), or publish"
                                + " an immutable snapshot by one volatile write")));
    }

    /** Our own classes only: no rule asks what is inside the JDK or a library, and reading those takes most of the time. */
    private static JavaClasses importClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        // whatever builds them, tests stand where this test stands
        String tests = ArchitectureTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains(tests))
                .importPackages(LayerTable.ROOT);
    }

    private static ArchRule bans(Set<String> exempt, Predicate<JavaCall<?>> banned, String what, String instead) {
        ArchCondition<JavaClass> calls = condition(
                what,
                (type, events) -> Stream.<JavaCall<?>>concat(
                                type.getMethodCallsFromSelf().stream(), type.getConstructorCallsFromSelf().stream())
                        .filter(banned)
                        .forEach(call -> events.add(SimpleConditionEvent.satisfied(call, call.getDescription()))));
        return noClasses().that(outside(exempt)).should(calls).because(instead);
    }

    private static boolean isTerminal(AccessTarget.FieldAccessTarget target) {
        boolean stream = target.getName().equals("out") || target.getName().equals("err");
        return stream && target.getOwner().isEquivalentTo(System.class);
    }

    private static boolean is(JavaCall<?> call, Class<?> owner, String name) {
        return call.getTargetOwner().isEquivalentTo(owner)
                && call.getTarget().getName().equals(name);
    }

    private static boolean hasMutableField(JavaClass type) {
        boolean exempt = type.isRecord() || type.isEnum() || type.isInterface();
        return !exempt
                && type.getFields().stream()
                        .map(JavaField::getModifiers)
                        .anyMatch(modifiers -> !modifiers.contains(JavaModifier.FINAL)
                                && !modifiers.contains(JavaModifier.STATIC)
                                && !modifiers.contains(JavaModifier.SYNTHETIC));
    }

    private static DescribedPredicate<JavaClass> outside(Collection<String> rows) {
        return DescribedPredicate.describe(
                "are outside of " + rows.stream().sorted().collect(joining(", ", "[", "]")),
                type -> !rows.contains(LayerTable.rowOf(type.getPackageName()))
                        && !type.getPackageName().startsWith(LayerTable.ROOT + ".cluster"));
    }

    private static ArchCondition<JavaClass> condition(String description, Check check) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.on(type, events);
            }
        };
    }

    private static String packages(String row) {
        return LayerTable.ROOT + "." + row + "..";
    }

    /** Checks all, then fails with every violation at once. Rows whose package does not exist yet hold. */
    private static void check(List<ArchRule> rules) {
        List<String> broken = rules.stream()
                .map(rule -> rule.allowEmptyShould(true).evaluate(CLASSES))
                .filter(result -> result.hasViolation())
                .map(result -> result.getFailureReport().toString())
                .toList();
        assertThat(broken).as(String.join("\n", broken)).isEmpty();
    }

    private interface Check {
        void on(JavaClass type, ConditionEvents events);
    }
}
