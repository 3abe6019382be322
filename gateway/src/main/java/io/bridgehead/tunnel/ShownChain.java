package io.bridgehead.tunnel;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.RecordSigner;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The certificates whose key a node signs with, shown on a connection before the first stream that brings such a signature, and again when the
 * key is another: connections outlive certificates. A request {@code POST /.bridgehead/chain} with the chain in {@code bridgehead-chain}: DER
 * in base64, the leaf first, with commas between. Only a gateway can send that field, since it is taken from what clients send.
 */
final class ShownChain {
    private static final String PATH = "/.bridgehead/chain";

    private ShownChain() {}

    /** Whether a request shows a chain. */
    static boolean isShownBy(RequestHead head) {
        return head.path().equals(PATH) && head.fields().contains(HeaderName.BRIDGEHEAD_CHAIN);
    }

    static RequestHead request(String authority, KeyMaterial material) {
        List<String> texts = new ArrayList<>();
        for (byte[] certificate : new RecordSigner(material).chain()) {
            texts.add(Base64.getEncoder().encodeToString(certificate));
        }
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.BRIDGEHEAD_CHAIN, String.join(",", texts));
        return new RequestHead("POST", "https", authority, PATH, fields);
    }

    /** @throws CertificateException if it is no chain of the form above */
    static List<X509Certificate> in(HeaderFields fields) throws CertificateException {
        String text = fields.first(HeaderName.BRIDGEHEAD_CHAIN);
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (String one : String.valueOf(text).split(",", -1)) {
                encoded.add(Base64.getDecoder().decode(one));
            }
        } catch (IllegalArgumentException e) {
            throw new CertificateException("bridgehead-chain: " + e.getMessage(), e);
        }
        return RecordSigner.chainOf(encoded);
    }
}
