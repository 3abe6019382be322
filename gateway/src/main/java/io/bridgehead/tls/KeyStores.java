package io.bridgehead.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Key stores that live in memory alone, because the interfaces of TLS libraries ask for one. */
public final class KeyStores {
    /**
     * Their type. The other one of the JDK, PKCS12, encrypts each key that it is given by ten thousand rounds and more of a hash (RFC 8018), there
     * and back, which took a third of the processor time of a node's start; and it insists that each certificate is the issuer of the one before,
     * which is judged where files are read.
     */
    public static final String IN_MEMORY = "JKS";

    private KeyStores() {}

    /**
     * Presents this material in TLS of the JDK.
     *
     * @throws GeneralSecurityException if the platform cannot use it
     */
    public static KeyManager[] presenting(KeyMaterial material) throws GeneralSecurityException, IOException {
        // A key store needs a password, although nobody ever reads this one back.
        char[] password = "in-memory".toCharArray();
        KeyStore store = KeyStore.getInstance(IN_MEMORY);
        store.load(null, password);
        store.setKeyEntry("node", material.key(), password, material.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, password);
        return keys.getKeyManagers();
    }
}
