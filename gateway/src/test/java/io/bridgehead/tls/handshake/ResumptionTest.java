package io.bridgehead.tls.handshake;

import static io.bridgehead.tls.TestAuthority.gateway;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.TestAuthority;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of resumption is what happened: of a server that resumes, and of one that is told not to. */
final class ResumptionTest {
    private final KeyMaterial material = TestAuthority.root("root").material(gateway("aws-use1", "a1"));
    private SslContext server;
    private SSLContext client;

    @BeforeEach
    void contexts() throws Exception {
        server = SslContextBuilder.forServer(material.key(), material.chain())
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols("TLSv1.3")
                .build();
        client = SSLContext.getInstance("TLSv1.3");
        client.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    }

    @AfterEach
    void release() {
        ReferenceCountUtil.release(server);
    }

    @Test
    void aSessionThatIsResumedIsSeen() {
        assertThat(handshake(Resumption::allow)).isEqualTo(Resumption.Seen.NO);
        assertThat(handshake(Resumption::allow)).isEqualTo(Resumption.Seen.YES);
    }

    @Test
    void noneIsResumedWhereThatIsForbidden() {
        Resumption.forbid(server, "test".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 3; i++) {
            assertThat(handshake(Resumption::forbid)).isEqualTo(Resumption.Seen.NO);
        }
    }

    @Test
    void theJdkDoesNotTell() {
        assertThat(Resumption.seen(client.createSSLEngine())).isEqualTo(Resumption.Seen.UNKNOWN);
    }

    /** Connects, and lets the server write, so that the client has got what it may resume by. */
    private Resumption.Seen handshake(Consumer<SSLEngine> told) {
        SslHandler accepting = server.newHandler(Unpooled.EMPTY_BUFFER.alloc());
        told.accept(accepting.engine());
        SSLEngine engine = client.createSSLEngine("server.test", 443);
        engine.setUseClientMode(true);
        EmbeddedChannel there = new EmbeddedChannel(accepting);
        EmbeddedChannel here = new EmbeddedChannel(new SslHandler(engine));
        try {
            exchange(here, there);
            there.writeOutbound(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
            exchange(here, there);
            assertThat(accepting.handshakeFuture().isSuccess()).isTrue();
            assertThat(here.inboundMessages()).isNotEmpty();
            return Resumption.seen(accepting.engine());
        } finally {
            here.finishAndReleaseAll();
            there.finishAndReleaseAll();
        }
    }

    private static void exchange(EmbeddedChannel one, EmbeddedChannel other) {
        for (int turn = 0; turn < 10; turn++) {
            move(one, other);
            move(other, one);
        }
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        for (Object message = from.readOutbound(); message != null; message = from.readOutbound()) {
            to.writeInbound(message);
        }
    }
}
