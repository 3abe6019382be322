package io.bridgehead.app.publish;

/**
 * What a folder and its source last had in common: the revision that the folder published, or found equal to itself.
 *
 * @param revision its name
 * @param digest of the folder's documents then
 */
record FolderBase(String revision, String digest) {}
