package io.bridgehead.load.chaos;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.sync.OrderRecords;
import io.bridgehead.sync.OrderRecords.Wish;
import io.bridgehead.tls.RecordSigner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Gives and ends orders about services that nobody calls, at one node or another. Threads: one. */
final class OrderGiver {
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int OK = 200;
    private static final int SUPERSEDED = 409;

    private final List<String> services;
    private final RandomGenerator random;
    private final AdminDoors doors;
    private final RecordSigner signer;
    private final Chronicle chronicle;
    private int taken;

    OrderGiver(
            List<String> services, RandomGenerator random, AdminDoors doors, RecordSigner signer, Chronicle chronicle) {
        this.services = services;
        this.random = random;
        this.doors = doors;
        this.signer = signer;
        this.chronicle = chronicle;
    }

    void orderUntil(long endNanos, List<Member> members) {
        while (System.nanoTime() < endNanos) {
            order(members.get(random.nextInt(members.size())));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(500, 3_000)));
        }
    }

    private void order(Member at) {
        String service = services.get(random.nextInt(services.size()));
        boolean ends = random.nextInt(3) == 0;
        Wish wish = switch (random.nextInt(3)) {
            case 0 -> new Wish("drain", service, Services.ELSEWHERE, "", "chaos", null, ends);
            case 1 -> new Wish("freeze", service, "", "", "chaos", Duration.ofHours(1), ends);
            default -> new Wish("pin", service, ends ? "" : Services.ELSEWHERE, "", "chaos", null, ends);
        };
        Optional<JsonObject> known = doors.get(at, "/v1/orders");
        if (known.isEmpty()) {
            return;
        }
        Instant now = Instant.now();
        byte[] record;
        OrderRecords.Given given;
        try {
            record = OrderRecords.sign(wish, now, newest(known.get(), OrderRecords.subject(wish, now)), signer);
            given = OrderRecords.read(record);
        } catch (SignatureException | MalformedException e) {
            throw new IllegalStateException(e);
        }
        Optional<AdminClient.Answer> answer = doors.post(at, "/v1/orders", record, ANSWER);
        if (answer.isPresent() && answer.get().status() == OK) {
            taken++;
            chronicle.ordered(
                    given.order().subject(), given.record().record().stamp().millis());
        } else if (answer.isPresent() && answer.get().status() != SUPERSEDED) {
            chronicle.problem(at.name() + " refused the order " + given.order() + ": "
                    + answer.get().body());
        }
    }

    private static long newest(JsonObject known, String subject) {
        return Stream.of("orders", "over")
                .flatMap(kind -> known.getJsonArray(kind, new JsonArray()).stream())
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("subject").equals(subject))
                .mapToLong(row -> row.getLong("stampMillis"))
                .max()
                .orElse(0);
    }

    /** How many orders nodes took. */
    int taken() {
        return taken;
    }
}
