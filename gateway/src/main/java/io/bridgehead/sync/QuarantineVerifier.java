package io.bridgehead.sync;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.model.SpiffeId;

/** Judges as another verifier does, but believes nobody whom an operator has quarantined, whatever the stamp. */
public final class QuarantineVerifier implements RecordVerifier {
    private final RecordVerifier others;
    private final OrderBook book;

    public QuarantineVerifier(RecordVerifier others, OrderBook book) {
        this.others = others;
        this.book = book;
    }

    @Override
    public Verdict verify(EncodedRecord record) {
        Verdict verdict = others.verify(record);
        if (verdict instanceof Rejected) {
            return verdict;
        }
        String objection = book.objection(SpiffeId.parse(record.record().origin()));
        return objection == null ? verdict : new Rejected(Fault.QUARANTINED, objection);
    }

    @Override
    public boolean reconsiders(Sha256 record) {
        return others.reconsiders(record);
    }
}
