package io.bridgehead.cli;

import io.bridgehead.identity.EnrolmentException;
import io.bridgehead.identity.IssuedBook;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.pki.PkiException;
import io.bridgehead.tls.pki.RootRotation;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pki root}: another root for a trust domain, without anybody noticing. */
@Command(
        name = "root",
        description = {
            "Replaces the root of a trust domain: 'add' puts the next root into the bundle, 'use' has it sign, 'drop' takes the one before out of the bundle.",
            "Between the steps every member must have learned of the one before; of nodes that renew at this authority the command knows it."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  bridgehead pki root add --authority /etc/bridgehead/authority",
            "  bridgehead pki root use --authority /etc/bridgehead/authority     # once all nodes have renewed",
            "  bridgehead pki root drop --authority /etc/bridgehead/authority    # once all older identities have ended"
        })
final class PkiRootCommand implements Runnable {
    @Spec
    private final CommandSpec spec = CommandSpec.create();

    private final Clock clock = Clock.systemUTC();

    /** Which root. */
    @OwnedBy(Owner.CONFINED)
    static final class Target {
        @Option(
                names = "--authority",
                required = true,
                paramLabel = "FOLDER",
                description = "the folder with the root's key")
        private Path authority = Path.of(".");
    }

    /** Whether to wait for members. */
    @OwnedBy(Owner.CONFINED)
    static final class Force {
        @Option(names = "--force", description = "do it although members would lose what they need")
        private boolean force;
    }

    @Command(
            name = "add",
            description = "Makes the next root and puts it into the bundle. It signs nothing yet.",
            mixinStandardHelpOptions = true)
    void add(@Mixin Target target) {
        try {
            X509Certificate root = rotation(target).add();
            out("the next root is in " + target.authority.resolve("ca.crt") + ", until "
                    + root.getNotAfter().toInstant());
            out("next: nodes get the bundle when they renew; copy it to whoever has it as a file, then 'pki root use'");
        } catch (PkiException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "use",
            description = "Has the next root sign from now on. Both stay in the bundle.",
            mixinStandardHelpOptions = true)
    void use(@Mixin Target target, @Mixin Force force) {
        try {
            Instant added = rotation(target).added();
            List<String> behind = new IssuedBook(target.authority).olderThan(added, clock.instant());
            if (!behind.isEmpty() && !force.force) {
                throw new Failure(
                        Failure.REFUSED,
                        "bridgehead: nodes that have not renewed since the next root is in the bundle: "
                                + String.join(", ", behind)
                                + "; they would not trust what it signs: wait until they have, or --force");
            }
            rotation(target).use();
            out("the next root signs now; both are in the bundle");
            out("next: issue operators' and other identities anew; once all older ones have ended, 'pki root drop'");
        } catch (PkiException | EnrolmentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    @Command(
            name = "drop",
            description = "Takes the previous root out of the bundle and removes its key.",
            mixinStandardHelpOptions = true)
    void drop(@Mixin Target target, @Mixin Force force) {
        try {
            Instant used = rotation(target).used();
            Duration longest = new IssuedBook(target.authority).longest();
            Instant safe = used.plus(longest);
            if (safe.isAfter(clock.instant()) && !force.force) {
                throw new Failure(
                        Failure.REFUSED,
                        "bridgehead: identities of nodes that the previous root signed are valid until "
                                + safe.truncatedTo(ChronoUnit.SECONDS)
                                + "; connections with them would end: wait until then, or --force");
            }
            X509Certificate root = rotation(target).drop();
            out("one root is in the bundle, until " + root.getNotAfter().toInstant());
            out("what the previous root signed is worth nothing: operators' identities that were not issued anew, and"
                    + " documents for nodes that join, unless they were applied again");
        } catch (PkiException | EnrolmentException e) {
            throw new Failure(Failure.PROBLEM, "bridgehead: " + e.getMessage());
        }
    }

    private RootRotation rotation(Target target) {
        return new RootRotation(target.authority, clock, new SecureRandom());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: add, use or drop");
    }

    private void out(String text) {
        spec.commandLine().getOut().println(text);
    }
}
