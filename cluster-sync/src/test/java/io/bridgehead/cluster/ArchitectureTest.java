package io.bridgehead.cluster;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of this module. Each says why. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.bridgehead.cluster");

    @Test
    void hazelcastHasOneDoor() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.bridgehead.cluster.hazelcast..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.hazelcast..")
                .because("a cluster that is replaced or upgraded must change one package; use the api")
                .check(CLASSES);
    }

    @Test
    void theApiIsPlainJava() {
        classes()
                .that()
                .resideInAPackage("io.bridgehead.cluster.api..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..", "javax.net.ssl..", "org.jspecify..", "io.bridgehead.cluster.api.."))
                .because("whoever uses the api must not inherit a library with it")
                .check(CLASSES);
    }

    @Test
    void whatDecidesKnowsNoImplementation() {
        noClasses()
                .that(resideInAnyPackage("..cluster.ledger..", "..cluster.intake..", "..cluster.repair.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("..cluster.disk..", "..cluster.memory..", "..cluster.hazelcast.."))
                .because("disk, memory and hazelcast are chosen by who composes; take the api instead")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.bridgehead.cluster.(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle is one package in two places; move what both need below them")
                .check(CLASSES);
    }

    @Test
    void bannedCalls() {
        banned("java.lang.System", "currentTimeMillis", "time is an argument; take an InstantSource");
        banned("java.lang.Thread", "sleep", "waiting is scheduled; take a ScheduledExecutorService");
        noClasses()
                .should()
                .accessField(System.class, "out")
                .because("output goes to an observer, or to a logger")
                .check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Executors.class)
                .because("its pools have queues without a bound; take an executor, or see FabricThreads")
                .check(CLASSES);
        noClasses()
                .should()
                .callConstructor(Thread.class, Runnable.class)
                .because("threads are made in FabricThreads, with a name and a bound")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        for (JavaPackage part : CLASSES.getPackage("io.bridgehead.cluster").getSubpackagesInTree()) {
            assertThat(part.isAnnotatedWith(NullMarked.class))
                    .as("%s needs a package-info with @NullMarked, so that NullAway looks at it", part.getName())
                    .isTrue();
        }
    }

    @Test
    void namesSayTheVariant() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)$")
                .because("such a name says the relation and not the thing; name the variant")
                .check(CLASSES);
    }

    @Test
    void stateIsFinalFieldsAlone() {
        for (JavaClass type : CLASSES) {
            assertThat(type.getFields())
                    .as("%s: state that changes lives in an atomic, a Current or a bounded queue", type.getName())
                    .allMatch(field -> field.getModifiers().contains(JavaModifier.FINAL)
                            || field.getModifiers().contains(JavaModifier.SYNTHETIC));
        }
    }

    @Test
    void filesAndLinesAreShort() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                List<String> lines = Files.readAllLines(file);
                assertThat(lines)
                        .as("%s is too long to be read at once; split it", file)
                        .hasSizeLessThan(400);
                assertThat(lines).as("%s has a line over 120", file).allMatch(line -> line.length() <= 120);
            }
        }
    }

    private static void banned(String type, String method, String instead) {
        noClasses()
                .should()
                .callMethodWhere(target(owner(name(type))).and(target(name(method))))
                .because(instead)
                .check(CLASSES);
    }
}
