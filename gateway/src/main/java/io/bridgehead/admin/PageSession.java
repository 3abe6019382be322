package io.bridgehead.admin;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The one session of an operator's page, and the three secrets that make it: what stands in the link, good for one browser; what the browser keeps
 * as a cookie; and what the tab keeps for itself and says with every order. Cookies are sent to every port of a machine, so the cookie alone, which
 * somebody's server at another port may be shown, orders nothing.
 *
 * <p><b>Threads</b>: the context of its server.
 */
@OwnedBy(Owner.CONFINED)
final class PageSession {
    private static final int SECRET_BYTES = 32;

    private final String link;
    private final String folder;
    private final String cookie;
    private final String proof;
    private boolean entered;

    PageSession(SecureRandom random) {
        this.link = secret(random);
        this.folder = "/" + secret(random);
        this.cookie = secret(random);
        this.proof = secret(random);
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What stands in the link. */
    String link() {
        return link;
    }

    /** The folder in which the page is, with all its parts: no browser has seen it before, nor kept anything of it. */
    String folder() {
        return folder;
    }

    /** What the tab says with every order. */
    String proof() {
        return proof;
    }

    /** Uses the link up: lets in who has it first, and the same browser again; nobody else. */
    boolean enter(@Nullable String given, @Nullable String cookies, int port) {
        if (!same(link, given) || (entered && !isIn(cookies, port))) {
            return false;
        }
        entered = true;
        return true;
    }

    /** The field that has a browser keep the session at a port, as long as it runs. */
    String setCookie(int port) {
        return name(port) + "=" + cookie + "; Path=/; HttpOnly; SameSite=Strict";
    }

    /** Whether cookies that were sent to a port have the session. */
    boolean isIn(@Nullable String cookies, int port) {
        if (cookies == null || !entered) {
            return false;
        }
        String prefix = name(port) + "=";
        for (String one : cookies.split(";", -1)) {
            String stripped = one.strip();
            if (stripped.startsWith(prefix) && same(cookie, stripped.substring(prefix.length()))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is the tab that came by the link. */
    boolean isProof(@Nullable String given) {
        return same(proof, given);
    }

    private static String name(int port) {
        return "bridgehead-page-" + port;
    }

    /** Takes as long whatever differs. */
    private static boolean same(String secret, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
