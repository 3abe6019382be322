package io.bridgehead.load.row;

import io.bridgehead.load.setting.Setting;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** HTTP/1.1 requests through both gateways: closed loop for CPU and throughput, then open loop at a fixed rate for latency. */
final class HttpRow implements Row {
    private final String name;
    private final HttpLoad load;
    private final int rate;
    private final Sampler sampler;
    private final Wrk wrk;

    /** @param rate requests a second when latency is measured */
    HttpRow(String name, HttpLoad load, int rate, Sampler sampler, Wrk wrk) {
        this.name = name;
        this.load = load;
        this.rate = rate;
        this.sampler = sampler;
        this.wrk = wrk;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String meaning() {
        return load + "; p50 and p99 at " + rate + " requests/s";
    }

    @Override
    public boolean suits(Setting setting) {
        return load.port(setting) != 0 && !setting.name().equals("hybrid");
    }

    @Override
    public Figure cost() {
        return Figure.CPU_PER_REQUEST;
    }

    @Override
    public Map<Figure, Double> saturate(Setting setting, int seconds) {
        Sampler.Running running = sampler.begin(setting);
        Wrk.Answered answered = wrk.run(load, load.port(setting), seconds);
        Sampler.Spent spent = running.end();
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        double requests = answered.requests();
        figures.put(Figure.CPU_PER_REQUEST, spent.cpu().total() * 1e6 / requests);
        figures.put(Figure.SYSTEM_PER_REQUEST, spent.cpu().system() * 1e6 / requests);
        figures.put(Figure.COMPILER_SHARE, spent.compilerShare());
        figures.put(Figure.REQUESTS_PER_SECOND, requests / answered.seconds());
        spent.instructions().ifPresent(count -> figures.put(Figure.INSTRUCTIONS_PER_REQUEST, count / requests));
        return figures;
    }

    @Override
    public Map<Figure, Double> pace(Setting setting, int seconds) {
        Histogram micros = OpenLoop.run(load, load.port(setting), rate, seconds);
        return Map.of(
                Figure.P50, (double) micros.getValueAtPercentile(50),
                Figure.P99, (double) micros.getValueAtPercentile(99));
    }
}
