package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether this node gives identities at its tunnel port, and how often one address may ask. Any thread. */
@OwnedBy(Owner.ANY_THREAD)
final class Enrolments {
    private static final List<String> PEERS_ALONE = LocalEnd.ACCEPTED;
    private static final List<String> RENEWAL_TOO = Stream.concat(
                    LocalEnd.ACCEPTED.stream(), Stream.of(EnrolmentService.RENEW))
            .toList();

    private final AddressRates rates = new AddressRates();
    private volatile @Nullable EnrolmentService service;

    void serve(EnrolmentService given) {
        service = given;
    }

    @Nullable
    EnrolmentService service() {
        return service;
    }

    AddressRates rates() {
        return rates;
    }

    /** The application protocols for those who show a certificate. */
    List<String> protocols() {
        return service == null ? PEERS_ALONE : RENEWAL_TOO;
    }
}
