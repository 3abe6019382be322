package io.bridgehead.admin;

import io.bridgehead.admin.AdminApi.Requester;
import io.bridgehead.config.IdentityPattern;
import io.bridgehead.config.NodeConfig.AdminRights;
import io.bridgehead.listen.operator.OperatorDoor;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.SpiffeId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The admin API for operators elsewhere: what {@link AdminServer} serves on the socket, by the rights of whoever asks.
 *
 * <p><b>Rights</b>: to read is to GET what says how the node is, and to have it plan and explain. To change is everything else that is posted,
 * and to read the texts of documents, which may hold what readers are not shown.
 *
 * <p><b>Hosts</b>: a request must call the node by an IP address or a name that is the node's. So no page of another name reaches it through the
 * browser of somebody who has an operator's certificate (DNS rebinding); and what a browser sends for a page is refused as such.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RemoteDoor implements OperatorDoor {
    private static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName FETCH_SITE = HeaderName.of("sec-fetch-site");
    private static final HeaderName ACCEPT = HeaderName.of("accept");
    private static final String GET = "GET";
    private static final String POST = "POST";
    /** What is posted and changes nothing. */
    private static final Set<String> QUESTIONS = Set.of("/v1/plan", "/v1/explain", "/v1/orders/plan");

    private static final String STAGES = "/v1/stages";
    private static final String RIGHTS = "/v1/rights/";
    private static final Set<String> TEXTS = Set.of("revisions", "rollback");
    private static final String JSON = "application/json";

    private final AdminApi api;
    private final OwnHosts hosts;
    private final Executor blocking;
    private volatile AdminRights rights;

    /**
     * @param hosts names of this node in lower case, besides IP addresses and localhost
     * @param blocking collects the meters, and writes answers, which may be long
     */
    public RemoteDoor(AdminApi api, Set<String> hosts, AdminRights rights, Executor blocking) {
        this.api = api;
        this.hosts = new OwnHosts(hosts);
        this.rights = rights;
        this.blocking = blocking;
    }

    /** Other rights are in force from now on; who has open connections is for the port to ask again. */
    public void grant(AdminRights next) {
        rights = next;
    }

    @Override
    public @Nullable String objection(SpiffeId operator) {
        AdminRights now = rights;
        return may(now.read(), operator) || may(now.change(), operator)
                ? null
                : "found peer " + operator + "; expected one whom admin.remote.operators names";
    }

    private static boolean may(List<IdentityPattern> patterns, SpiffeId operator) {
        for (IdentityPattern pattern : patterns) {
            if (pattern.matches(operator)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Answer refusal(Question question) {
        RequestHead head = question.head();
        if (!hosts.has(head.authority())) {
            return refused(
                    421,
                    "host '" + head.authority() + "' is not this node: expected one of " + hosts.expected()
                            + "; admin.remote.hosts adds others");
        }
        if (isOfAPage(head.fields())) {
            return refused(403, "a browser sent this for a page; expected a request of an operator's own");
        }
        if ((!head.method().equals(GET) && !head.method().equals(POST)) || head.isWebSocket()) {
            return refused(405, "method " + head.method() + " is not served here; expected GET or POST");
        }
        AdminRights now = rights;
        boolean change = may(now.change(), question.operator());
        if (needsChange(head) && !change) {
            return refused(
                    403,
                    "refused: " + question.operator() + " may read here and not change anything; expected one whom"
                            + " admin.remote.operators.change names");
        }
        return change || may(now.read(), question.operator())
                ? null
                : refused(403, "refused: " + objection(question.operator()));
    }

    private static boolean isOfAPage(HeaderFields fields) {
        String site = fields.first(FETCH_SITE);
        return fields.contains(ORIGIN) || (site != null && !site.equals("none"));
    }

    /** Whether a request is for those only who may change something. */
    static boolean needsChange(RequestHead head) {
        String path = pathOf(head);
        if (head.method().equals(POST)) {
            return !QUESTIONS.contains(path);
        }
        String[] words = path.split("/", -1);
        return words.length > 4 && words[2].equals("sources") && TEXTS.contains(decoded(words[4]));
    }

    /** As the API itself reads it. */
    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    private static String pathOf(RequestHead head) {
        int query = head.path().indexOf('?');
        return query < 0 ? head.path() : head.path().substring(0, query);
    }

    @Override
    public Answer refused(int status, String reason) {
        return json(status, AdminServer.error(reason));
    }

    @Override
    public CompletionStage<Answer> answer(Question question, byte[] body) {
        String path = pathOf(question.head());
        HeaderFields fields = question.head().fields();
        if (question.head().method().equals(POST)) {
            Requester by = new Requester(question.operator().toString(), question.address());
            return stage(api.post(path, name -> fields.first(HeaderName.of(name)), body, by));
        }
        return switch (path) {
            case "/metrics" -> metrics(fields.first(ACCEPT));
            case "/live" -> CompletableFuture.completedStage(json(200, new JsonObject().put("live", true)));
            case "/ready" -> AdminServer.readiness(api).map(RemoteDoor::json).toCompletionStage();
            case STAGES -> stage(api.get(path).map(reply -> stages(reply, question.operator())));
            default ->
                stage(
                        path.startsWith(RIGHTS)
                                ? api.get(path).map(reply -> rights(reply, question.operator()))
                                : api.get(path));
        };
    }

    /** Who may only read here hands over no order, whoever may sign it. */
    private AdminApi.Reply rights(AdminApi.Reply reply, SpiffeId operator) {
        if (reply.status() == 200 && !may(rights.change(), operator)) {
            reply.body()
                    .put("order", false)
                    .put(
                            "reason",
                            operator + " may read here and not change anything: expected one whom"
                                    + " admin.remote.operators.change names");
        }
        return reply;
    }

    private CompletionStage<Answer> metrics(@Nullable String accept) {
        String type = AdminServer.metricsType(accept);
        return CompletableFuture.supplyAsync(() -> Answer.of(200, type, api.scrape(type)), blocking);
    }

    /** Readers are shown what is tried and where, not the documents. */
    private AdminApi.Reply stages(AdminApi.Reply reply, SpiffeId operator) {
        if (!may(rights.change(), operator)) {
            reply.body()
                    .getJsonArray("stages", new io.vertx.core.json.JsonArray())
                    .forEach(stage -> ((JsonObject) stage).remove("changeset"));
        }
        return reply;
    }

    private CompletionStage<Answer> stage(Future<AdminApi.Reply> reply) {
        return reply.toCompletionStage().thenApplyAsync(RemoteDoor::json, blocking);
    }

    private static Answer json(AdminApi.Reply reply) {
        return json(reply.status(), reply.body());
    }

    private static Answer json(int status, JsonObject body) {
        return Answer.of(status, JSON, body.encode() + "\n");
    }
}
