package io.bridgehead.authn;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An issuer of tokens: its rules, and the keys that are known of it now. Another configuration makes another one. Any thread. */
public final class JwtIssuer {
    private final JwtRules rules;
    private final JwksFeed feed;

    JwtIssuer(JwtRules rules, JwksFeed feed) {
        this.rules = rules;
        this.feed = feed;
    }

    /** What listeners and metrics call it. */
    public String name() {
        return rules.name();
    }

    /** What is taken of it. */
    public JwtRules rules() {
        return rules;
    }

    /** The keys of this moment; the same object until they are others. */
    JwksKeys keys() {
        return feed.keys();
    }

    /** Whether its keys were ever read. */
    boolean hasKeys() {
        return feed.hasKeys();
    }

    /** Has the keys read again because a token names one that is not known; null when that was done just now. */
    @Nullable
    CompletionStage<?> wantsKeys(long nowMillis) {
        return feed.wanted(nowMillis);
    }

    JwksFeed feed() {
        return feed;
    }

    @Override
    public String toString() {
        return name();
    }
}
