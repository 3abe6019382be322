package io.bridgehead.cli;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.handshake.GatewayDialer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A node that is reached at its {@code admin.remote} port, by an operator's certificate. */
final class RemoteNode implements AdminClient.Way {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    /** The node ends what takes two minutes. */
    private static final Duration ANSWER = Duration.ofSeconds(150);

    private final HostPort address;
    private final SpiffeId operator;
    private final GatewayDialer dialer;

    private RemoteNode(HostPort address, SpiffeId operator, GatewayDialer dialer) {
        this.address = address;
        this.operator = operator;
        this.dialer = dialer;
    }

    /** @param wanted which gateways of the operator's trust domain may answer */
    static AdminClient client(HostPort address, KeyMaterial operator, ExpectedPeer wanted) {
        return new AdminClient(
                new RemoteNode(
                        address,
                        operator.id(),
                        new GatewayDialer(operator, wanted, Clock.systemUTC(), CONNECT, ANSWER)),
                address.toString());
    }

    @Override
    public AdminClient.Connection open() throws IOException {
        return new OverTls(dialer.connect(address));
    }

    /**
     * What could not be sent or answered. A node that does not want the operator says so with an alert of TLS, after this side's handshake.
     *
     * @throws Failure when the node refused
     */
    @Override
    public NodeUnreachableException unreachable(IOException cause) {
        if (cause instanceof GatewayDialer.WrongGatewayException) {
            return new NodeUnreachableException(
                    address + " answers, but is not the gateway that was meant: " + cause.getMessage(), cause);
        }
        if (isRefusal(cause)) {
            throw new Failure(
                    Failure.REFUSED,
                    "bridgehead: " + address + " refused " + operator + " (" + cause.getMessage()
                            + "); expected an operator of its trust domain whom its admin.remote.operators names, with a certificate"
                            + " that is valid there");
        }
        String why =
                cause instanceof SocketTimeoutException ? "nothing came in time" : String.valueOf(cause.getMessage());
        return new NodeUnreachableException(
                "no node answers on " + address + " (" + why
                        + "); is it running, with admin.remote in its gateway.yaml, and may this machine reach the port?",
                cause);
    }

    /** Whether the other end ended TLS with an alert about this end's certificate. */
    private static boolean isRefusal(IOException cause) {
        String text = String.valueOf(cause.getMessage());
        return cause instanceof SSLException
                && text.contains("fatal alert")
                && (text.contains("certificate") || text.contains("access_denied") || text.contains("unknown_ca"));
    }

    private record OverTls(SSLSocket socket) implements AdminClient.Connection {
        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
