package io.bridgehead.cluster.api;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by name, names ascending. Immutable. One that differs from another in a few values has the names in common
 * with it, so that a change of one of ten thousand documents makes little that has to be thrown away again.
 *
 * @param <V> what a name stands for
 */
@SuppressWarnings("JdkObsolete") // Whoever has documents by name has them as a SortedMap.
public final class NamedValues<V> extends AbstractMap<String, V> implements SortedMap<String, V> {
    private final String[] names;
    private final Object[] values;

    private NamedValues(String[] names, Object[] values) {
        this.names = names;
        this.values = values;
    }

    /** The same names and values; {@code map} itself where it is one of these. */
    public static <V> NamedValues<V> of(SortedMap<String, V> map) {
        if (map instanceof NamedValues<V> same) {
            return same;
        }
        Map<String, V> ascending = map.comparator() == null ? map : new TreeMap<>(Map.copyOf(map));
        String[] names = ascending.keySet().toArray(String[]::new);
        return new NamedValues<>(names, ascending.values().toArray());
    }

    /** These names, which ascend strictly, with these values. */
    static <V> NamedValues<V> ascending(List<String> names, List<V> values) {
        return new NamedValues<>(names.toArray(String[]::new), values.toArray());
    }

    /**
     * The name itself that is equal to this one, so that who has many of them need not keep each twice; this one if
     * there is none.
     */
    String same(String name) {
        int at = index(name);
        return at < 0 ? name : names[at];
    }

    /** The same without some names, which need not be there, and then with these values. */
    public NamedValues<V> with(Set<String> without, Map<String, V> others) {
        Object[] next = values.clone();
        if (without.stream().anyMatch(this::containsKey)) {
            return rebuilt(without, others);
        }
        for (Map.Entry<String, V> other : others.entrySet()) {
            int at = Arrays.binarySearch(names, other.getKey());
            if (at < 0) {
                return rebuilt(without, others);
            }
            next[at] = other.getValue();
        }
        return new NamedValues<>(names, next);
    }

    private NamedValues<V> rebuilt(Set<String> without, Map<String, V> others) {
        TreeMap<String, V> map = new TreeMap<>(this);
        map.keySet().removeAll(without);
        map.putAll(others);
        return of(map);
    }

    @SuppressWarnings("unchecked") // Only values of that type are put there.
    private V at(int index) {
        return (V) values[index];
    }

    @Override
    public @Nullable V get(@Nullable Object name) {
        int at = index(name);
        return at < 0 ? null : at(at);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return index(name) >= 0;
    }

    private int index(@Nullable Object name) {
        return name instanceof String text ? Arrays.binarySearch(names, text) : -1;
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public Set<Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return names.length;
            }
        };
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super V> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], at(i));
        }
    }

    private final class Entries implements Iterator<Entry<String, V>> {
        private final AtomicInteger next = new AtomicInteger();

        @Override
        public boolean hasNext() {
            return next.getPlain() < names.length;
        }

        @Override
        public Entry<String, V> next() {
            int here = next.getPlain();
            if (here >= names.length) {
                throw new NoSuchElementException();
            }
            next.setPlain(here + 1);
            return Map.entry(names[here], at(here));
        }
    }

    @Override
    public @Nullable Comparator<? super String> comparator() {
        return null;
    }

    @Override
    public SortedMap<String, V> subMap(String from, String to) {
        if (from.compareTo(to) > 0) {
            throw new IllegalArgumentException("from \"" + from + "\": expected a name before \"" + to + "\"");
        }
        return between(place(from), place(to));
    }

    @Override
    public SortedMap<String, V> headMap(String to) {
        return between(0, place(to));
    }

    @Override
    public SortedMap<String, V> tailMap(String from) {
        return between(place(from), names.length);
    }

    private SortedMap<String, V> between(int from, int to) {
        return new NamedValues<>(Arrays.copyOfRange(names, from, to), Arrays.copyOfRange(values, from, to));
    }

    /** Where a name is, or the first one after it. */
    private int place(String name) {
        int at = Arrays.binarySearch(names, name);
        return at < 0 ? -at - 1 : at;
    }

    @Override
    public String firstKey() {
        return names[end(0)];
    }

    @Override
    public String lastKey() {
        return names[end(names.length - 1)];
    }

    private int end(int index) {
        if (names.length == 0) {
            throw new NoSuchElementException();
        }
        return index;
    }
}
