package io.bridgehead.cli.top;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Draws one picture of a node from its overview, whose traffic has rates; as many lines and columns as there is room for. */
public final class Screen {
    private static final Pattern NUMBER = Pattern.compile("([0-9.]+).*");
    private static final int SITES_MAX = 5;
    private static final int TUNNELS_MAX = 6;
    private static final int HEAD_LINES = 3;
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean colour;

    /** @param colour whether heads are bold and what is not well is red */
    public Screen(boolean colour) {
        this.colour = colour;
    }

    /** By what services are sorted. */
    public enum Order {
        RATE("rate"),
        ERRORS("errors"),
        P99("p99"),
        NAME("service");

        private final String column;

        Order(String column) {
            this.column = column;
        }

        /** The next one, for a key that goes through all. */
        public Order next() {
            List<Order> all = List.of(values());
            return all.get((all.indexOf(this) + 1) % all.size());
        }

        private Comparator<JsonObject> comparator() {
            Comparator<JsonObject> byName = Comparator.comparing(row -> row.getString("service", ""));
            return this == NAME
                    ? byName
                    : Comparator.<JsonObject>comparingDouble(row -> -number(row.getString(column)))
                            .thenComparing(byName);
        }
    }

    /** The lines; none is longer than the screen is wide, and there are no more than it has. */
    public List<String> lines(JsonObject overview, Order order, Terminal.Size size) {
        List<String> lines = new ArrayList<>(head(overview, order, size.columns()));
        List<JsonObject> sites = rows(overview, "sites");
        List<JsonObject> tunnels = rows(overview, "tunnels");
        List<String> below = new ArrayList<>();
        below.addAll(table(
                sites,
                Math.min(SITES_MAX, size.rows() / 5),
                size.columns(),
                "SITE=site",
                "NODES=nodes",
                "REACHABLE=reachable",
                "SERVICES=services"));
        below.addAll(table(
                tunnels,
                Math.min(TUNNELS_MAX, size.rows() / 5),
                size.columns(),
                "TUNNEL=address",
                "NODE=node",
                "STATE=state",
                "ROUND TRIP=roundTrip",
                "STREAMS=streams"));
        int room = Math.max(1, size.rows() - HEAD_LINES - below.size() - 2);
        List<JsonObject> traffic = new ArrayList<>(rows(overview, "traffic"));
        traffic.sort(order.comparator());
        List<String> services = table(
                traffic,
                room,
                size.columns(),
                "SERVICE=service",
                "FROM=from",
                "TO=to",
                "RATE=rate",
                "ERRORS=errors",
                "P99=p99");
        lines.addAll(services.isEmpty() ? List.of("no traffic", "") : services);
        lines.addAll(below);
        return List.copyOf(lines.subList(0, Math.min(lines.size(), size.rows())));
    }

    private List<String> head(JsonObject overview, Order order, int width) {
        JsonObject status = overview.getJsonObject("status", new JsonObject());
        boolean healthy = status.getBoolean("healthy", false);
        String level = status.getJsonObject("overload", new JsonObject()).getString("level", "");
        JsonArray problems = status.getJsonArray("problems", new JsonArray());
        String state =
                healthy ? "healthy" : problems.isEmpty() ? "not healthy" : "not healthy: " + problems.getValue(0);
        return List.of(
                bold(cut(
                        status.getString("node", "") + " in site " + status.getString("site", "") + ", up "
                                + status.getLong("uptimeSeconds", 0L) + " s, overload " + level + ", revision "
                                + status.getString("revision", ""),
                        width)),
                healthy ? cut(state, width) : red(cut(state, width)),
                cut(
                        "q quit  s sort (by " + order.name().toLowerCase(Locale.ROOT)
                                + ")  r rate  e errors  p p99  n name",
                        width));
    }

    /** Heads and rows, then an empty line; nothing when there are no rows. */
    private List<String> table(List<JsonObject> rows, int max, int width, String... columns) {
        if (rows.isEmpty() || max < 1) {
            return List.of();
        }
        List<JsonObject> shown = rows.subList(0, Math.min(max, rows.size()));
        int[] widths = new int[columns.length];
        List<String[]> cells = new ArrayList<>();
        for (JsonObject row : shown) {
            String[] line = new String[columns.length];
            for (int i = 0; i < columns.length; i++) {
                line[i] = text(row.getValue(key(columns[i])));
                widths[i] = Math.max(Math.max(widths[i], title(columns[i]).length()), line[i].length());
            }
            cells.add(line);
        }
        narrow(widths, width);
        List<String> lines = new ArrayList<>();
        String[] titles = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            titles[i] = title(columns[i]);
        }
        lines.add(bold(line(titles, widths, width)));
        for (int i = 0; i < cells.size(); i++) {
            String line = line(cells.get(i), widths, width);
            lines.add(isIll(shown.get(i)) ? red(line) : line);
        }
        if (rows.size() > max) {
            lines.set(lines.size() - 1, cut("... " + (rows.size() - max + 1) + " more", width));
        }
        lines.add("");
        return lines;
    }

    /** Takes from the widest column until all fit. */
    private static void narrow(int[] widths, int width) {
        int all = 2 * (widths.length - 1);
        for (int one : widths) {
            all += one;
        }
        for (; all > width; all--) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= 1) {
                return;
            }
            widths[widest]--;
        }
    }

    private static String line(String[] cells, int[] widths, int width) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String cell = cut(cells[i], widths[i]);
            line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
        }
        return cut(line.toString().stripTrailing(), width);
    }

    private static boolean isIll(JsonObject row) {
        String state = row.getString("state", "up");
        return Boolean.FALSE.equals(row.getValue("reachable"))
                || number(row.getString("errors")) > 0
                || state.equals("dead")
                || state.equals("suspect");
    }

    private static double number(@Nullable String text) {
        Matcher number = NUMBER.matcher(text == null ? "" : text.replace(">", ""));
        return number.matches() ? Double.parseDouble(number.group(1)) : -1;
    }

    private static List<JsonObject> rows(JsonObject overview, String list) {
        return overview.getJsonArray(list, new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static String key(String column) {
        return column.substring(column.indexOf('=') + 1);
    }

    private static String title(String column) {
        return column.substring(0, column.indexOf('='));
    }

    private static String text(@Nullable Object value) {
        String text = value instanceof JsonArray list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : String.valueOf(value == null ? "" : value);
        return text.isEmpty() ? "-" : text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : max < 4 ? text.substring(0, max) : text.substring(0, max - 2) + "..";
    }

    private String bold(String text) {
        return colour ? BOLD + text + PLAIN : text;
    }

    private String red(String text) {
        return colour ? RED + text + PLAIN : text;
    }
}
