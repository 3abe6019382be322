package io.bridgehead.load.row;

import io.bridgehead.load.process.Program;
import io.bridgehead.load.setting.Setting;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Full TLS 1.3 handshakes with client certificates at the far gateway, whose CPU alone counts. */
final class HandshakeRow implements Row {
    private final Sampler sampler;
    private final HandshakeCaller caller;

    HandshakeRow(Sampler sampler, HandshakeCaller caller) {
        this.sampler = sampler;
        this.caller = caller;
    }

    @Override
    public String name() {
        return "handshakes";
    }

    @Override
    public String meaning() {
        return "full mutual TLS 1.3 handshakes, " + HandshakeCaller.CONCURRENT + " at once, CPU of the far gateway";
    }

    /** stunnel does not speak HTTP/2, by which the caller knows that it was accepted. */
    @Override
    public boolean suits(Setting setting) {
        return setting.doors().tls() != 0 && setting.doors().http() != 0;
    }

    @Override
    public Figure cost() {
        return Figure.CPU_PER_HANDSHAKE;
    }

    @Override
    public Map<Figure, Double> saturate(Setting setting, int seconds) {
        List<Program> far = List.of(setting.programs().getLast());
        Sampler.Running running = sampler.begin(far);
        HandshakeCaller.Done done = caller.run(setting.doors().tls(), setting.group(), seconds);
        Sampler.Spent spent = running.end();
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CPU_PER_HANDSHAKE, spent.cpu().total() * 1e6 / done.count());
        figures.put(Figure.HANDSHAKES_PER_CPU_SECOND, done.count() / spent.cpu().total());
        figures.put(Figure.HANDSHAKES_PER_SECOND, done.count() / done.seconds());
        figures.put(Figure.COMPILER_SHARE, spent.compilerShare());
        spent.instructions().ifPresent(count -> figures.put(Figure.INSTRUCTIONS_PER_HANDSHAKE, count / done.count()));
        return figures;
    }

    @Override
    public Map<Figure, Double> pace(Setting setting, int seconds) {
        return Map.of();
    }
}
