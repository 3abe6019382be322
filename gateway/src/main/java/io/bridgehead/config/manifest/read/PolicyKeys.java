package io.bridgehead.config.manifest.read;

import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.BackendTlsPolicy.SubjectAltName;
import io.bridgehead.config.manifest.BackendTlsPolicy.SubjectAltNameType;
import io.bridgehead.config.manifest.BackendTlsPolicy.TargetReference;
import io.bridgehead.config.manifest.BackendTlsPolicy.Validation;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.ReferenceGrant;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of {@code ReferenceGrant} and {@code BackendTLSPolicy}. */
final class PolicyKeys {
    private static final Key<String> GROUP = Key.required("group", Words.group(), "The API group.");
    private static final Key<String> KIND = Key.required("kind", Words.kind(), "The kind.");
    private static final Key<String> NAMESPACE = Key.required("namespace", Words.namespace(), "The namespace.");
    private static final Key<String> ANY_NAME =
            Key.optional("name", Words.text("a name", 0, 253), "The name; all of the kind unless given.");
    private static final Key<List<ReferenceGrant.From>> FROM = Key.required(
            "from",
            new ListType<>(
                    Section.of(
                                    "from",
                                    fields -> new ReferenceGrant.From(
                                            fields.get(GROUP), fields.get(KIND), fields.get(NAMESPACE)),
                                    GROUP,
                                    KIND,
                                    NAMESPACE)
                            .tolerant(),
                    1,
                    16),
            "Who may refer.");
    private static final Key<List<ReferenceGrant.To>> TO = Key.required(
            "to",
            new ListType<>(
                    Section.of(
                                    "to",
                                    fields -> new ReferenceGrant.To(
                                            fields.get(GROUP), fields.get(KIND), orNull(fields.find(ANY_NAME))),
                                    GROUP,
                                    KIND,
                                    ANY_NAME)
                            .tolerant(),
                    1,
                    16),
            "What may be referred to.");
    private static final Key<GrantSpec> GRANT_SPEC = Key.required(
            "spec",
            Section.of("spec", fields -> new GrantSpec(fields.get(FROM), fields.get(TO)), FROM, TO)
                    .tolerant(),
            "What it says.");

    static final Form GRANT = Form.of(
            ReferenceGrant.KIND,
            GRANT_SPEC,
            (metadata, spec, source) -> new ReferenceGrant(metadata, spec.from(), spec.to(), source));

    private static final Key<String> NAME = Key.required("name", Words.objectName(), "The name.");
    private static final Key<String> SECTION_NAME =
            Key.optional("sectionName", Words.sectionName(), "The port; all unless given.");
    private static final Key<List<TargetReference>> TARGETS = Key.required(
            "targetRefs",
            new ListType<>(
                    Section.of(
                                    "targetRefs",
                                    fields -> new TargetReference(
                                            fields.get(GROUP),
                                            fields.get(KIND),
                                            fields.get(NAME),
                                            fields.find(SECTION_NAME)),
                                    GROUP,
                                    KIND,
                                    NAME,
                                    SECTION_NAME)
                            .tolerant(),
                    1,
                    16),
            "What it applies to.");
    private static final Key<List<ObjectReference>> AUTHORITIES = Key.defaulted(
            "caCertificateRefs", new ListType<>(References.LOCAL, 0, 8), "[]", "Whose certificates are trusted.");
    private static final Key<String> WELL_KNOWN = Key.optional(
            "wellKnownCACertificates", Words.text("System", 0, 253), "Whose certificates are trusted, by a word.");
    private static final Key<String> HOSTNAME =
            Key.required("hostname", Words.preciseHostname(), "The name of the server.");
    private static final Key<SubjectAltNameType> NAME_TYPE = Key.required(
            "type",
            Scalars.choice(
                    SubjectAltNameType.class, type -> type == SubjectAltNameType.URI ? "URI" : Words.written(type)),
            "What kind of name it is.");
    private static final Key<String> NAME_HOST =
            Key.optional("hostname", Words.hostname(), "The name, for type Hostname.");
    private static final Key<String> NAME_URI = Key.optional(
            "uri",
            Words.matching("a URI with a scheme, such as spiffe://corp.example/api", "[^:/?#\\s]+:[!-~]+", 253),
            "The name, for type URI.");
    private static final Key<List<SubjectAltName>> NAMES = Key.defaulted(
            "subjectAltNames",
            new ListType<>(
                    Section.of("subjectAltNames", PolicyKeys::name, NAME_TYPE, NAME_HOST, NAME_URI)
                            .tolerant(),
                    0,
                    5),
            "[]",
            "Names of which the certificate must hold one.");
    private static final Key<Validation> VALIDATION = Key.required(
            "validation",
            Section.of("validation", PolicyKeys::validation, AUTHORITIES, WELL_KNOWN, HOSTNAME, NAMES)
                    .tolerant(),
            "How endpoints are checked.");
    private static final Key<PolicySpec> POLICY_SPEC = Key.required(
            "spec",
            Section.of("spec", PolicyKeys::policy, TARGETS, VALIDATION, ListenerKeys.OPTIONS)
                    .tolerant(),
            "What it says.");

    static final Form BACKEND_TLS = Form.of(
            BackendTlsPolicy.KIND,
            POLICY_SPEC,
            (metadata, spec, source) ->
                    new BackendTlsPolicy(metadata, spec.targets(), spec.validation(), spec.options(), source));

    private PolicyKeys() {}

    private record GrantSpec(List<ReferenceGrant.From> from, List<ReferenceGrant.To> to) {}

    private record PolicySpec(List<TargetReference> targets, Validation validation, Map<String, String> options) {}

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static @Nullable SubjectAltName name(Fields fields) {
        boolean host = fields.get(NAME_TYPE) == SubjectAltNameType.HOSTNAME;
        Key<String> meant = host ? NAME_HOST : NAME_URI;
        Key<String> other = host ? NAME_URI : NAME_HOST;
        String value = fields.find(meant);
        if (value == null) {
            fields.refuse(meant, null, "it for type " + (host ? "Hostname" : "URI"), null);
            return null;
        }
        if (fields.isGiven(other)) {
            fields.refuse(other, fields.shown(other), "none for type " + (host ? "Hostname" : "URI"), null);
            return null;
        }
        return new SubjectAltName(fields.get(NAME_TYPE), value);
    }

    private static @Nullable Validation validation(Fields fields) {
        List<ObjectReference> authorities = fields.get(AUTHORITIES);
        String wellKnown = orNull(fields.find(WELL_KNOWN));
        if (authorities.isEmpty() && wellKnown == null) {
            fields.refuse(
                    AUTHORITIES,
                    fields.isGiven(AUTHORITIES) ? "an empty list" : null,
                    "caCertificateRefs or wellKnownCACertificates",
                    null);
            return null;
        }
        if (!authorities.isEmpty() && wellKnown != null) {
            fields.refuse(WELL_KNOWN, fields.shown(WELL_KNOWN) + " beside caCertificateRefs", "one of the two", null);
            return null;
        }
        return new Validation(authorities, wellKnown, fields.get(HOSTNAME), fields.get(NAMES));
    }

    private static @Nullable PolicySpec policy(Fields fields) {
        int before = fields.problems();
        List<TargetReference> targets = fields.get(TARGETS);
        for (int i = 1; i < targets.size(); i++) {
            for (int j = 0; j < i; j++) {
                judgePair(fields, targets.get(j), targets.get(i), i, j);
            }
        }
        return fields.problems() > before
                ? null
                : new PolicySpec(targets, fields.get(VALIDATION), fields.get(ListenerKeys.OPTIONS));
    }

    private static void judgePair(Fields fields, TargetReference first, TargetReference second, int at, int firstAt) {
        boolean same = first.group().equals(second.group())
                && first.kind().equals(second.kind())
                && first.name().equals(second.name());
        boolean distinct = first.sectionName() != null
                && second.sectionName() != null
                && !first.sectionName().equals(second.sectionName());
        if (same && !distinct) {
            fields.refuse(
                    "targetRefs[" + at + "]",
                    "'" + second.name() + "' twice",
                    "another sectionName in every reference to the same target",
                    "the first is targetRefs[" + firstAt + "]");
        }
    }
}
