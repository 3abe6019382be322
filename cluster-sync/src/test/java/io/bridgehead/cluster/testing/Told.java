package io.bridgehead.cluster.testing;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.Rejection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what a fabric told. */
public final class Told implements FabricObserver {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public boolean contains(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void recordAccepted(EncodedRecord record, String carrier) {
        lines.add("accepted " + record + " from " + carrier);
    }

    @Override
    public void recordRejected(Rejection rejection) {
        lines.add("rejected " + rejection.origin() + " from " + rejection.carrier() + ": "
                + rejection.fault().text() + ": " + rejection.reason());
    }

    @Override
    public void boundExceeded(String who, String bound) {
        lines.add("exceeded " + who + ": " + bound);
    }

    @Override
    public void linkRefused(String remote, String reason) {
        lines.add("refused " + remote + ": " + reason);
    }

    @Override
    public void linkEstablished(String remote, String peerId) {
        lines.add("established " + remote + ": " + peerId);
    }

    @Override
    public void reconciled(int taken, int given) {
        lines.add("reconciled " + taken + " " + given);
    }

    @Override
    public void clusterFailed(String problem) {
        lines.add("failed " + problem);
    }
}
