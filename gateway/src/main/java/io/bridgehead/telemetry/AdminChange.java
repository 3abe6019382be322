package io.bridgehead.telemetry;

import io.bridgehead.sync.RejectedRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A change that somebody asked for through the admin API.
 *
 * @param what is changed, a word
 * @param subject what it is about: a source, or what an order names; empty when it has none or cannot be read
 * @param operator who asked, proved by certificate; empty on the socket
 * @param from the address, or what the socket is called
 * @param signer who signed it, by its own word; empty when nothing is signed
 * @param revision that it made; empty when it made none
 * @param status as HTTP has it
 * @param outcome a sentence
 */
public record AdminChange(
        String what,
        String subject,
        String operator,
        String from,
        String signer,
        String revision,
        int status,
        String outcome) {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.LOGGER);

    /** Writes it to the log: one line each, whether it was done or refused. */
    public void write() {
        LOG.atInfo()
                .addKeyValue("audit", what)
                .addKeyValue("subject", RejectedRecords.printable(subject))
                .addKeyValue("operator", operator)
                .addKeyValue("from", from)
                .addKeyValue("signer", RejectedRecords.printable(signer))
                .addKeyValue("revision", revision)
                .addKeyValue("status", status)
                .log("admin: {}: {}", what, RejectedRecords.printable(outcome));
    }
}
