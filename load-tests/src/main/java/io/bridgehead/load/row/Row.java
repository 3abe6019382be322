package io.bridgehead.load.row;

import io.bridgehead.load.setting.Setting;
import java.util.Map;

/** One kind of load, measured on each setting in turn. */
public interface Row {
    /** How {@code compare.rows} calls it. */
    String name();

    /** What is done, in a line. */
    String meaning();

    /** Whether a setting can be measured so. */
    boolean suits(Setting setting);

    /** What warm-ups are judged by. */
    Figure cost();

    /** As much as the setting can do, for this long. */
    Map<Figure, Double> saturate(Setting setting, int seconds);

    /** At a fixed rate, for this long; empty when the row has none. */
    Map<Figure, Double> pace(Setting setting, int seconds);
}
