package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Npm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * HashiCorp's own parser takes the Terraform modules, everything that they refer to is declared, and they give cloud-init's file what it asks for.
 * Whether the providers know the resources and their arguments only Terraform can say.
 */
@Tag("interop")
final class TerraformModulesFitTogetherIT {
    private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
    private static final Path MODULES = DEPLOY.resolve("terraform");
    private static final String TEMPLATE =
            DEPLOY.resolve("cloud-init/user-data.yaml").toString();
    private static final Npm TERRAFORM = Npm.program("terraform");

    @Test
    void eachModuleIsWhole() {
        String said = TERRAFORM.run("check.js", TEMPLATE, module("aws"), module("azure"), module("gcp"));
        assertThat(said)
                .containsPattern("ok aws: \\d+ ")
                .containsPattern("ok azure: \\d+ ")
                .containsPattern("ok gcp: ");
    }

    private static String module(String name) {
        return MODULES.resolve(name).toString();
    }

    /** A module with mistakes is not taken for one without. */
    @Test
    void whatDoesNotFitIsFound(@TempDir Path folder) throws IOException {
        String whole = Files.readString(MODULES.resolve("gcp/main.tf"));
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Files.copy(MODULES.resolve("gcp/common.tf"), broken.resolve("common.tf"));
        Files.writeString(
                broken.resolve("main.tf"),
                whole.replace("var.region\n", "var.regions\n")
                        .replace("google_compute_address.node[", "google_compute_address.nodes[")
                        .replace("advertise  ", "advertised ")
                        .replace("google_compute_forwarding_rule", "aws_forwarding_rule"));
        assertThatThrownBy(() -> TERRAFORM.run("check.js", TEMPLATE, broken.toString()))
                .hasMessageContainingAll(
                        "var.regions is nowhere declared",
                        "variable region is used nowhere",
                        "google_compute_address.nodes is nowhere declared",
                        "and is given advertised,",
                        "aws_forwarding_rule is of no required provider");
        Files.writeString(broken.resolve("main.tf"), whole.replaceFirst("\\{", ""));
        assertThatThrownBy(() -> TERRAFORM.run("check.js", TEMPLATE, broken.toString()))
                .hasMessageContaining("main.tf:");
    }
}
