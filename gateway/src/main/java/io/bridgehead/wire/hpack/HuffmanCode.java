package io.bridgehead.wire.hpack;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Arrays;

/**
 * Decodes strings in HPACK's Huffman code (RFC 7541, section 5.2 and appendix B). The code is canonical, so the lengths of its words say
 * everything; from them a machine is made that takes four bits at a step.
 */
final class HuffmanCode {
    static final int BROKEN = -1;

    /** The length of the word of each byte and, last, of the end of the string, as digits to base 36. */
    private static final String LENGTHS =
            "dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad677777777777777777777"
                    + "77878djde6f56565666577666567655677777fbedskmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmo"
                    + "lmnnllmlnmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrqu";

    private static final int WORD_MAX = 30;
    private static final int END_OF_STRING = 256;
    private static final int NIBBLES = 16;
    private static final int EMITS = 1 << 16;
    private static final int FAILS = 1 << 17;
    private static final int STATE_SHIFT = 8;
    private static final int STATE_MASK = 0xff;
    private static final int PADDING_BITS_MAX = 7;

    /** For a state and four bits: the next state (bits 8 to 15), perhaps a byte (0 to 7) with EMITS, or FAILS. */
    private static final int[] STEPS = new int[STATE_MASK * NIBBLES + NIBBLES];
    /** Whether a string may end in this state: on the way to the end's word, by at most 7 bits. */
    private static final boolean[] MAY_END = new boolean[STATE_MASK + 1];

    static {
        new Machine().fill();
    }

    private HuffmanCode() {}

    /**
     * Decodes into an array that has room for 8/5 of the coded length.
     *
     * @return how many bytes it gave, or {@link #BROKEN}
     */
    static int decode(byte[] coded, int from, int to, byte[] out, int at) {
        int state = 0;
        int written = at;
        for (int i = from; i < to; i++) {
            int b = coded[i] & 0xff;
            int step = STEPS[state << 4 | b >> 4];
            if ((step & EMITS) != 0) {
                out[written++] = (byte) step;
            }
            int second = STEPS[(step >> STATE_SHIFT & STATE_MASK) << 4 | (b & 15)];
            if ((second & EMITS) != 0) {
                out[written++] = (byte) second;
            }
            if (((step | second) & FAILS) != 0) {
                return BROKEN;
            }
            state = second >> STATE_SHIFT & STATE_MASK;
        }
        return MAY_END[state] ? written - at : BROKEN;
    }

    /** The tree of words, numbered; inner nodes are the machine's states. */
    @OwnedBy(Owner.ANY_THREAD) // made and used up while the class is loaded
    private static final class Machine {
        private final int[][] next = new int[STATE_MASK + 1][2];
        private int states = 1;

        void fill() {
            for (int[] row : next) {
                Arrays.fill(row, Integer.MIN_VALUE);
            }
            long word = 0;
            int before = 0;
            for (int length = 1; length <= WORD_MAX; length++) {
                for (int symbol = 0; symbol <= END_OF_STRING; symbol++) {
                    if (Character.digit(LENGTHS.charAt(symbol), 36) == length) {
                        word = before == 0 ? 0 : (word + 1) << (length - before);
                        before = length;
                        insert(word, length, symbol);
                    }
                }
            }
            for (int state = 0; state < states; state++) {
                for (int nibble = 0; nibble < NIBBLES; nibble++) {
                    STEPS[state << 4 | nibble] = step(state, nibble);
                }
            }
            int ending = 0;
            for (int bits = 0; bits <= PADDING_BITS_MAX; bits++) {
                MAY_END[ending] = true;
                ending = next[ending][1];
            }
        }

        /** Leaves are negative: -1 - symbol. */
        private void insert(long word, int length, int symbol) {
            int at = 0;
            for (int bit = length - 1; bit > 0; bit--) {
                int side = (int) (word >> bit & 1);
                if (next[at][side] == Integer.MIN_VALUE) {
                    next[at][side] = states++;
                }
                at = next[at][side];
            }
            next[at][(int) (word & 1)] = -1 - symbol;
        }

        private int step(int state, int nibble) {
            int at = state;
            int emitted = 0;
            for (int bit = 3; bit >= 0; bit--) {
                int to = next[at][nibble >> bit & 1];
                if (to == -1 - END_OF_STRING || to == Integer.MIN_VALUE) {
                    return FAILS;
                }
                if (to < 0) {
                    emitted = EMITS | -1 - to;
                    at = 0;
                } else {
                    at = to;
                }
            }
            return at << STATE_SHIFT | emitted;
        }
    }
}
