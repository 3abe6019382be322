package io.bridgehead.telemetry;

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
        String outcome) {}
