package io.bridgehead.load.setting;

import io.bridgehead.load.process.Programs;
import java.nio.file.Path;

/**
 * What every setting of one comparison stands on.
 *
 * @param programs that are started
 * @param material of the one trust domain
 * @param httpPort of the backend
 * @param sinkPort of the backend
 * @param collectorPort where spans are taken; 0 where nobody sends any
 */
public record Ground(Programs programs, Material material, int httpPort, int sinkPort, int collectorPort) {
    Path folder() {
        return programs.folder();
    }
}
