package io.bridgehead.admin;

import io.bridgehead.admin.AdminApi.Reply;
import io.vertx.core.json.JsonObject;

/** What stands behind the page of an operator: a node to ask, and an identity that signs. Each may wait for the node; none throws for a refusal. */
public interface OperatorDesk {
    /**
     * What the node shows of itself ({@code /v1/overview}) with {@code desk}: {@code operator}, whether it {@code may} order, and the
     * {@code reason} why not. {@code unreachable} alone says why nothing is known. Any number of threads at once.
     */
    JsonObject overview();

    /**
     * What an order would do; signs nothing.
     *
     * @param wish {@code action}, {@code service}, {@code site}, {@code node}, {@code ends}, {@code reason}, and {@code lasts} such as {@code 2h} or
     *     {@code ever}
     */
    Reply plan(JsonObject wish);

    /**
     * Signs an order and has the node take it.
     *
     * @param wish as it was planned, with the {@code after} of that plan
     */
    Reply give(JsonObject wish);
}
