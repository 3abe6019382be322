package io.bridgehead.app;

import io.bridgehead.app.publish.Admission;
import io.bridgehead.app.publish.Folders;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.control.FabricControl;
import io.bridgehead.control.TableControl;
import io.bridgehead.loop.Loops;
import io.bridgehead.sync.SharedState;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.telemetry.Telemetry;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.upstream.FailoverContext;
import java.time.Clock;

/** Everything a running node consists of. */
record NodeParts(
        NodeConfig config,
        ConfigSource configs,
        String version,
        long startedMillis,
        Clock clock,
        Loops loops,
        NodeThreads threads,
        Telemetry telemetry,
        NodeLog log,
        MaterialFiles files,
        LiveTls tls,
        DataPath path,
        SharedState state,
        TableControl tables,
        FabricControl fabric,
        FailoverContext control,
        OverloadWatch overload,
        DiskHealth disk,
        Admission admission,
        Folders folders) {}
