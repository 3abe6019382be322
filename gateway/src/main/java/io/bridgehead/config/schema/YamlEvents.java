package io.bridgehead.config.schema;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Builds the documents of one text from the parser's events, one after another; stops at the first error of syntax. */
@OwnedBy(Owner.CONFINED)
final class YamlEvents {
    /** How the parser words most errors. */
    private static final Pattern EXPECTATION = Pattern.compile("expected (.*), but (?:got|found) (.*)");

    /**
     * For every text: to make them costs as much as to read a short document. How long a text may be is for {@link YamlReader} to say; messages name the file by
     * themselves, and not by a label.
     */
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();

    private final String file;
    private final TextSlices slices;
    private final Problems problems;
    private final Iterator<Event> events;
    private boolean stopped;
    private boolean failed;

    YamlEvents(String file, String text, Problems problems) {
        this.file = file;
        this.slices = new TextSlices(file, text);
        this.problems = problems;
        this.events = new Parse(SETTINGS).parseString(text).iterator();
    }

    /** The next document that has something in it, or null at the end or after an error. */
    @Nullable
    YamlDocument next() {
        while (!stopped) {
            try {
                YamlDocument document = parseOne();
                if (document == null || !document.isEmpty()) {
                    return document;
                }
            } catch (MarkedYamlEngineException e) {
                stop(place(e.getProblemMark().or(e::getContextMark)), e.getProblem(), context(e));
            } catch (ReaderException e) {
                stop(slices.placeOf(e.getPosition()), "found the character U+%04X".formatted(e.getCodePoint()), null);
            } catch (YamlEngineException e) {
                stop(Place.of(file), e.getMessage(), null);
            } catch (TooDeep e) {
                problems.add(Problem.at(
                        e.place,
                        "",
                        "more than " + YamlReader.DEPTH_MAX + " levels",
                        "at most " + YamlReader.DEPTH_MAX + " levels of lists and mappings",
                        "the rest of the file was not read"));
                stopped = true;
                failed = true;
            }
        }
        return null;
    }

    /** Whether it ended because of an error. */
    boolean hasFailed() {
        return failed;
    }

    private void stop(Place place, @Nullable String problem, @Nullable String hint) {
        String said = problem == null
                ? "an error of syntax"
                : problem.lines().findFirst().orElse("");
        Matcher expectation = EXPECTATION.matcher(said);
        if (expectation.matches()) {
            problems.add(Problem.at(place, "", "'" + expectation.group(2) + "'", expectation.group(1), hint));
        } else {
            problems.add(Problem.at(place, "", said.startsWith("found ") ? said.substring(6) : said, "YAML 1.2", hint));
        }
        stopped = true;
        failed = true;
    }

    private @Nullable YamlDocument parseOne() {
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent start) {
                int from = start.isExplicit() ? index(start.getEndMark()) : slices.position();
                Value root = value(events.next(), 1);
                Event end = events.next();
                boolean marked = end instanceof DocumentEndEvent closed && closed.isExplicit();
                return slices.document(
                        root, from, end.getStartMark().map(Mark::getIndex), marked ? index(end.getEndMark()) : -1);
            }
            assert event instanceof StreamStartEvent || !events.hasNext() : event;
        }
        stopped = true;
        return null;
    }

    private Value value(Event event, int depth) {
        Place place = place(event.getStartMark());
        if (depth > YamlReader.DEPTH_MAX) {
            throw new TooDeep(place);
        }
        return switch (event) {
            case ScalarEvent scalar ->
                refuseTag(scalar.getTag(), new Value.Text(place, scalar.getValue(), scalar.isPlain()));
            case SequenceStartEvent start -> refuseTag(start.getTag(), items(start, place, depth));
            case MappingStartEvent start -> refuseTag(start.getTag(), entries(start, place, depth));
            case AliasEvent alias -> {
                problems.add(Problem.at(
                        place,
                        "",
                        "alias " + Problem.quoted("*" + alias.getAlias().getValue()),
                        "the value itself",
                        "aliases are not read: write it out"));
                yield new Value.Refused(place);
            }
            default -> throw new IllegalStateException("event " + event + ": expected a value");
        };
    }

    private Value refuseTag(Optional<String> tag, Value value) {
        if (tag.isEmpty()) {
            return value;
        }
        problems.add(Problem.at(
                value.place(),
                "",
                "tag " + Problem.quoted(tag.get()),
                "a value without a tag",
                "put text in quotes instead"));
        return new Value.Refused(value.place());
    }

    private Value items(CollectionStartEvent start, Place place, int depth) {
        List<Value> items = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            items.add(value(event, depth + 1));
        }
        assert start != null;
        return new Value.Items(place, List.copyOf(items));
    }

    private Value entries(CollectionStartEvent start, Place place, int depth) {
        List<Value.Entry> entries = new ArrayList<>();
        Map<String, Place> seen = new HashMap<>();
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            Value key = value(event, depth + 1);
            Value value = value(events.next(), depth + 1);
            if (key instanceof Value.Text name) {
                Place first = seen.putIfAbsent(name.text(), name.place());
                if (first == null) {
                    entries.add(new Value.Entry(name.place(), name.text(), value));
                } else {
                    problems.add(Problem.at(
                            name.place(),
                            "",
                            "key " + name.shown() + " twice",
                            "it once",
                            "the first is at line " + first.line()));
                }
            } else if (!(key instanceof Value.Refused)) {
                problems.add(Problem.at(key.place(), "", key.shown() + " as a key", "text as a key", null));
            }
        }
        assert start != null;
        return new Value.Entries(place, List.copyOf(entries));
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.of(file));
    }

    private static int index(Optional<Mark> mark) {
        return mark.map(Mark::getIndex).orElse(0);
    }

    private static @Nullable String context(MarkedYamlEngineException e) {
        String context = e.getContext();
        return context == null
                ? null
                : context
                        + e.getContextMark()
                                .map(m -> " that began at line " + (m.getLine() + 1))
                                .orElse("");
    }

    /** Unwinds the recursion when a document is nested too deeply; never leaves this class. */
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;

        TooDeep(Place place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
