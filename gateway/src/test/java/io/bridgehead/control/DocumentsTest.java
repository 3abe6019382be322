package io.bridgehead.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.sync.ActiveDocuments;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Documents that are read on all processors come to what they come to when they are read one by one. */
final class DocumentsTest {
    private static final int MANY = 500;

    private final CompileContext context = new CompileContext(
            new SiteName("a"),
            new TrustDomain("acme.example"),
            Map.of(),
            new EndpointTrust(List.of(), true, Set.of(), Set.of()),
            Set.of(),
            false);

    private static ActiveDocuments documents(int bad) {
        SortedMap<String, String> texts = new TreeMap<>();
        for (int i = 0; i < MANY; i++) {
            texts.put("Service/s" + i, """
                    apiVersion: bridgehead.io/v1
                    kind: Service
                    metadata: { name: s%1$d }
                    spec: { hostnames: [ s%1$d.example ], sites: { a: { endpoints: [ "10.0.0.1:%2$s" ] } } }
                    """.formatted(i, i == bad ? "none" : "80"));
        }
        return new ActiveDocuments("1", new TreeMap<>(Map.of("default", texts)));
    }

    @Test
    void readAheadChangesNothingButWhenTheyAreRead() {
        CompileResult plain = Documents.compile(documents(-1), context);
        CompileContext other = new CompileContext(
                context.site(), context.trustDomain(), Map.of(), context.endpointTrust(), Set.of(), false);
        Documents.readAhead(documents(-1), other);
        CompileResult ahead = Documents.compile(documents(-1), other);
        assertThat(((CompileResult.Compiled) ahead).table().services())
                .hasSize(MANY)
                .containsExactlyElementsOf(
                        ((CompileResult.Compiled) plain).table().services());
    }

    @Test
    void aProblemIsToldWhenTheyAreCompiled() {
        Documents.readAhead(documents(7), context);
        assertThat(Documents.compile(documents(7), context))
                .isInstanceOfSatisfying(
                        CompileResult.Refused.class,
                        refused -> assertThat(refused.problems())
                                .singleElement()
                                .asString()
                                .contains("default:Service/s7"));
    }
}
