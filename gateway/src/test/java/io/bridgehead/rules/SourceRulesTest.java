package io.bridgehead.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The rules that only the sources can show: lengths, locks inside methods, null-marked packages. */
final class SourceRulesTest {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");
    private static final int FILE_LINES_MAX = 500;
    private static final int TEST_LINES_MAX = 800;
    private static final int METHOD_LINES_MAX = 60;

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        collectLong(MAIN, FILE_LINES_MAX, tooLong);
        collectLong(TESTS, TEST_LINES_MAX, tooLong);
        assertThat(tooLong)
                .as("a file that does not fit in one head hides two ideas: find the seam and name both halves")
                .isEmpty();
    }

    @Test
    void methodsAreShort() throws IOException {
        List<String> found = new ArrayList<>();
        scan((unit, positions) -> new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                LineMap lines = unit.getLineMap();
                long first = lines.getLineNumber(positions.getStartPosition(unit, method));
                long last = lines.getLineNumber(positions.getEndPosition(unit, method));
                if (last - first + 1 > METHOD_LINES_MAX) {
                    found.add(place(unit, first) + " " + method.getName() + ": " + (last - first + 1) + " lines");
                }
                return super.visitMethod(method, null);
            }
        });
        assertThat(found)
                .as("a method longer than " + METHOD_LINES_MAX
                        + " lines is read by nobody: name its steps and make each a method")
                .isEmpty();
    }

    @Test
    void eventLoopsTakeNoLock() throws IOException {
        List<String> found = new ArrayList<>();
        scan((unit, positions) -> new TreeScanner<Void, Void>() {
            @Override
            public Void visitSynchronized(SynchronizedTree block, Void unused) {
                String row = LayerTable.rowOf(unit.getPackageName().toString());
                if (LayerTable.EVENT_LOOP.contains(row)) {
                    found.add(place(unit, unit.getLineMap().getLineNumber(positions.getStartPosition(unit, block))));
                }
                return super.visitSynchronized(block, null);
            }
        });
        assertThat(found)
                .as(
                        "one loop owns one exchange and takes no lock: run on the owner's loop (Loop.execute), or publish an"
                                + " immutable snapshot by one volatile write")
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIs() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> folders = Files.walk(MAIN).filter(Files::isDirectory)) {
            for (Path folder : folders.sorted().toList()) {
                Path info = folder.resolve("package-info.java");
                if (holdsClasses(folder)) {
                    String text = Files.exists(info) ? Files.readString(info) : "";
                    if (!text.contains("@NullMarked") || !text.contains("/**")) {
                        found.add(folder.toString());
                    }
                }
            }
        }
        assertThat(found)
                .as(
                        "without @NullMarked nothing checks for null, and without a sentence nobody knows what belongs here:"
                                + " add a package-info.java with both")
                .isEmpty();
    }

    private static boolean holdsClasses(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        }
    }

    private static void collectLong(Path root, int max, List<String> found) throws IOException {
        for (Path file : sources(root)) {
            try (Stream<String> lines = Files.lines(file)) {
                long count = lines.count();
                if (count > max) {
                    found.add(file + ": " + count + " lines, expected at most " + max);
                }
            }
        }
    }

    private static void scan(Scan scan) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources(MAIN)));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                scan.of(unit, positions).scan(unit, null);
            }
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static String place(CompilationUnitTree unit, long line) {
        return Path.of(unit.getSourceFile().getName()).getFileName() + ":" + line;
    }

    private interface Scan {
        TreeScanner<Void, Void> of(CompilationUnitTree unit, SourcePositions positions);
    }
}
