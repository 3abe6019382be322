package io.bridgehead.config.read;

import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Value;
import io.bridgehead.config.schema.YamlDocument;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of the forms that files are written in. A file in another version than the one that is read gets one message, which says where to
 * go: what its other keys would be taken for means nothing.
 */
final class FormVersions {
    /** The version of {@code gateway.yaml}, which it need not say. */
    static final int GATEWAY = 1;

    private static final String KEY = "version";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern OWN = Pattern.compile("bridgehead\\.io/v([0-9]{1,9})([a-z]+[0-9]+)?");

    private FormVersions() {}

    static ScalarType<Integer> type() {
        return new ScalarType<>(ScalarType.Form.INTEGER, "" + GATEWAY, null, List.of(), false, text -> {
            if (!text.equals("" + GATEWAY)) {
                throw new IllegalArgumentException("expected " + GATEWAY);
            }
            return GATEWAY;
        });
    }

    /** Whether a {@code gateway.yaml} is of a later or an earlier version; it then has a problem. */
    static boolean refuses(YamlDocument document, Problems problems) {
        Value.Text version = document.scalar(KEY);
        if (version == null || !NUMBER.matcher(version.text()).matches()) {
            return false;
        }
        int number = Integer.parseInt(version.text());
        if (number == GATEWAY) {
            return false;
        }
        problems.add(version, KEY, version.shown(), "" + GATEWAY, hint(number, GATEWAY, KEY + ": " + GATEWAY));
        return true;
    }

    /** What to do about a document of this product whose {@code apiVersion} is another than the one that is read. */
    static String hint(String apiVersion) {
        Matcher own = OWN.matcher(apiVersion);
        if (!own.matches()) {
            return "apiVersion " + DocumentReader.OWN_VERSION + " is that of this product's documents";
        }
        // v1alpha1 and the like come before v1, and are no later form either
        return hint(Integer.parseInt(own.group(1)), 1, "apiVersion: " + DocumentReader.OWN_VERSION);
    }

    private static String hint(int number, int read, String written) {
        return number > read
                ? "a later version of the program reads this form: upgrade this node, or write what it says with '"
                        + written + "'"
                : "there was no form before '" + written + "': write that";
    }
}
