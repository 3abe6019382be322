package io.bridgehead.policy;

import io.bridgehead.model.HeaderName;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.TokenClaims;
import java.util.List;

/** A condition ({@code when}) of a policy's rule: what a value must be. */
public sealed interface ConditionTerms {
    boolean fits(Access access, Grounds grounds);

    /** A field of the request's head; of several of one name each is looked at. */
    record Header(HeaderName name, TextTerm term) implements ConditionTerms {
        @Override
        public boolean fits(Access access, Grounds grounds) {
            RequestHead head = access.head();
            return head == null ? grounds.unseen() : fits(head, grounds);
        }

        /** One that fits is enough, but where a policy grants none may be what it must not be. */
        private boolean fits(RequestHead head, Grounds grounds) {
            boolean any = false;
            boolean all = true;
            int at = head.fields().indexOf(name, 0);
            if (at < 0) {
                return term.fitsNothing();
            }
            for (; at >= 0; at = head.fields().indexOf(name, at + 1)) {
                boolean fits = term.fits(head.fields().value(at));
                any |= fits;
                all &= fits;
            }
            return grounds.grants() ? all : any;
        }
    }

    /** The name that the client's TLS asked for. */
    record ServerName(TextTerm term) implements ConditionTerms {
        @Override
        public boolean fits(Access access, Grounds grounds) {
            if (!access.arrival().isHere()) {
                return grounds.elsewhere();
            }
            String name = access.arrival().serverName();
            return name.isEmpty() ? term.fitsNothing() : term.fits(name);
        }
    }

    /**
     * A claim of the request's JSON Web Token; of a list one entry that fits is enough, and none may be what it must not be.
     *
     * @param path the claim's name, and the names inside of it
     */
    record Claim(List<String> path, TextTerm term) implements ConditionTerms {
        public Claim {
            path = List.copyOf(path);
        }

        @Override
        public boolean fits(Access access, Grounds grounds) {
            TokenClaims token = access.caller().token();
            if (token == null) {
                return access.arrival().isHere() ? term.fitsNothing() : grounds.elsewhere();
            }
            List<String> texts = token.texts(path);
            return texts.isEmpty() ? term.fitsNothing() : term.fitsOneOf(texts);
        }
    }

    /** The caller, in words of a source. */
    record From(CallerTerms terms) implements ConditionTerms {
        @Override
        public boolean fits(Access access, Grounds grounds) {
            return terms.fits(access, grounds);
        }
    }

    /** The port where the client connected. */
    record Operation(OperationTerms terms) implements ConditionTerms {
        @Override
        public boolean fits(Access access, Grounds grounds) {
            return terms.fits(access, grounds);
        }
    }
}
