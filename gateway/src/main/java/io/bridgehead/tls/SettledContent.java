package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which content of files is in force, and which was found unusable: that is reported when a second look still finds it, and once, so that
 * files replaced one after the other make no noise.
 */
@OwnedBy(Owner.CONFINED)
public final class SettledContent {
    private final TlsObserver observer;
    private @Nullable String inForce;
    private @Nullable String unusable;
    private @Nullable String reported;

    public SettledContent(TlsObserver observer) {
        this.observer = observer;
    }

    /** Whether this is the content in force. */
    public boolean isInForce(String fingerprint) {
        return fingerprint.equals(inForce);
    }

    /** This content is in force now. */
    public void taken(String fingerprint) {
        inForce = fingerprint;
        forgive();
    }

    /** The content in force was found again: what was unusable meanwhile is forgotten. */
    public void forgive() {
        unusable = null;
        reported = null;
    }

    /** A look found this content, or none that can be read, and it cannot be used. Returns whether it was so at the last look. */
    public boolean refused(@Nullable String fingerprint, MaterialException problem) {
        String found = fingerprint != null ? fingerprint : String.valueOf(problem.getMessage());
        if (!found.equals(unusable)) {
            unusable = found;
            return false;
        }
        if (!found.equals(reported)) {
            reported = found;
            observer.refused(problem);
        }
        return true;
    }

    /** What tells the content of these files, in this order, from any other; null stands for a file that is not asked for. */
    public static String fingerprint(List<@Nullable PemFile> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (PemFile file : files) {
                byte[] bytes = file == null ? new byte[0] : file.bytes();
                digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
