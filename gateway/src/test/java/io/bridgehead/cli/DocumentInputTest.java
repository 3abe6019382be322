package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.schema.Place;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DocumentInputTest {
    @Test
    void aNodesPlacesBecomeThoseOfTheFiles() {
        TreeMap<String, Place> places = new TreeMap<>();
        places.put("Service/a", new Place("docs/all.yaml", 10, 1));
        DocumentInput.Given given = new DocumentInput.Given(new TreeMap<>(), places);
        assertThat(given.inFiles(
                        "shop", "shop:Service/a:4:20: spec: found 'x', expected y; other:Service/b:2:3 has it"))
                .isEqualTo("docs/all.yaml:13:20: spec: found 'x', expected y; other:Service/b:2:3 has it");
        assertThat(given.inFiles("shop", "shop:Service/unknown:4:20: spec"))
                .isEqualTo("shop:Service/unknown:4:20: spec");
    }
}
