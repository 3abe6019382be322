package io.bridgehead.tls;

/** Is told what happened to key and trust material. Called on the thread that polls. */
public interface TlsObserver {
    /** New material is in force. */
    void reloaded(LiveTls.Generation generation);

    /** The certificates of a listener were replaced. */
    default void edgeReloaded(String listener, String certificates) {}

    /** The files changed but cannot be used; what was in force stays. Told once for each content. */
    void refused(MaterialException problem);

    /** The material is used, but its private key is readable or writable by others. Told once for each load. */
    void warned(MaterialException.Exposed warning);

    /** An observer that does nothing. */
    static TlsObserver silent() {
        return new TlsObserver() {
            @Override
            public void reloaded(LiveTls.Generation generation) {}

            @Override
            public void refused(MaterialException problem) {}

            @Override
            public void warned(MaterialException.Exposed warning) {}
        };
    }
}
