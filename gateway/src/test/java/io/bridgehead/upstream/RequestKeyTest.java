package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalancePolicy.HashOn;
import io.bridgehead.balance.KeyHash;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SpiffeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestKeyTest {
    private static final Caller CALLER = new Caller(
            SpiffeId.parse("spiffe://corp.example/site/aws-use1/apps"), Caller.Proof.LISTENER, AWS, "192.0.2.1");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            user=a           | a
            x=1; user=a; y=2 | a
            user=a=b;z       | a=b
            xuser=1;user=a   | a
            user ; user= a   | a
            user=            | ""
            USER=a           | ""
            """)
    void cookiesAreFoundByName(String cookies, String expected) {
        HeaderFields fields = new HeaderFields();
        fields.add("cookie", "other=1");
        fields.add("cookie", cookies);
        long key = RequestKey.of(new HashOn.Cookie("user"), fields, CALLER);
        assertThat(key).isEqualTo(expected.isEmpty() ? 0 : KeyHash.of(expected));
    }

    @Test
    void headersAndSources() {
        HeaderFields fields = new HeaderFields();
        HashOn user = new HashOn.Header(HeaderName.of("x-user"));
        assertThat(RequestKey.of(user, fields, CALLER)).isZero();
        fields.add("x-user", "a");
        assertThat(RequestKey.of(user, fields, CALLER)).isEqualTo(KeyHash.of("a"));
        assertThat(RequestKey.of(new HashOn.Source(), fields, CALLER)).isEqualTo(KeyHash.of("192.0.2.1"));
    }
}
