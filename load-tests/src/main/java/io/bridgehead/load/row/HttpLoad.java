package io.bridgehead.load.row;

import io.bridgehead.load.setting.Doors;
import io.bridgehead.load.setting.Material;
import io.bridgehead.load.setting.Setting;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests of one kind.
 *
 * @param connections of the client, each with one request under way
 * @param upload bytes of a request's body; 0 for a GET
 * @param download bytes of an answer's body
 * @param rules whether they go through rules
 */
record HttpLoad(int connections, int upload, int download, boolean rules) {
    HttpLoad(int connections, int upload, int download) {
        this(connections, upload, download, false);
    }

    /** Where they are sent to. */
    int port(Setting setting) {
        return rules ? setting.doors().rules() : setting.doors().http();
    }

    /** What they have beside the host. */
    List<String> fields() {
        return rules ? List.of(Doors.FIELD) : List.of();
    }

    String path() {
        return (rules ? Doors.PREFIX : "") + "/b/" + download;
    }

    /** The whole request. */
    byte[] request() {
        String method = upload > 0 ? "POST" : "GET";
        String length = upload > 0 ? "Content-Length: " + upload + "\r\n" : "";
        StringBuilder fields = new StringBuilder();
        fields().forEach(field -> fields.append(field).append("\r\n"));
        String head = method + " " + path() + " HTTP/1.1\r\nHost: " + Material.HOST + "\r\n" + fields + length + "\r\n";
        return (head + "x".repeat(upload)).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        String what = upload > 0 ? "POST of " + upload + " bytes" : "GET of " + download + " bytes";
        return what + ", " + connections + (connections == 1 ? " connection" : " connections")
                + (rules ? ", through rules" : "");
    }
}
