package io.bridgehead.load.report;

/**
 * How a setting came to rest before it was measured.
 *
 * @param measurements that were made and thrown away
 * @param before the cost in the last but one of them
 * @param last the cost in the last
 * @param compilerShare of the CPU in the last
 * @param steady whether the last ones were alike and compilers were done; otherwise patience ended
 */
public record WarmUp(int measurements, double before, double last, double compilerShare, boolean steady) {}
