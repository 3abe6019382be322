package io.bridgehead.load.row;

import io.bridgehead.load.setting.Material;
import java.nio.charset.StandardCharsets;

/**
 * Requests of one kind.
 *
 * @param connections of the client, each with one request under way
 * @param upload bytes of a request's body; 0 for a GET
 * @param download bytes of an answer's body
 */
record HttpLoad(int connections, int upload, int download) {
    String path() {
        return "/b/" + download;
    }

    /** The whole request. */
    byte[] request() {
        String method = upload > 0 ? "POST" : "GET";
        String length = upload > 0 ? "Content-Length: " + upload + "\r\n" : "";
        String head = method + " " + path() + " HTTP/1.1\r\nHost: " + Material.HOST + "\r\n" + length + "\r\n";
        return (head + "x".repeat(upload)).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        String what = upload > 0 ? "POST of " + upload + " bytes" : "GET of " + download + " bytes";
        return what + ", " + connections + (connections == 1 ? " connection" : " connections");
    }
}
