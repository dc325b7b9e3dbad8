# caascan_target(NAME): language level, warnings, hardening and sanitizers of every target of ours.
function(caascan_target name)
    target_compile_features(${name} PRIVATE c_std_17)
    set_target_properties(${name} PROPERTIES C_STANDARD_REQUIRED ON)
    target_compile_options(${name} PRIVATE
        -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
        -Werror=implicit-function-declaration
        $<$<BOOL:${CAASCAN_WERROR}>:-Werror>)
    # Assertions stay on in every build: a scan that stops is better than one that records nonsense.
    target_compile_options(${name} PRIVATE -UNDEBUG)
    # Any x86-64 runs the result. gcc's tuning for no processor in particular copies short texts by
    # "rep movs", which takes longer to begin than the copying: 5 % of a scan's time.
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        target_compile_options(${name} PRIVATE -mtune=skylake-avx512)
    endif()
    if(NOT CAASCAN_SANITIZE)
        target_compile_options(${name} PRIVATE
            -fstack-protector-strong
            $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
        target_link_options(${name} PRIVATE -Wl,-z,relro -Wl,-z,now)
        # Where objects hold code of both kinds, see caascan_across, a test takes the usual one.
        if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
            target_link_options(${name} PRIVATE
                $<$<NOT:$<BOOL:$<TARGET_PROPERTY:CAASCAN_ACROSS>>>:-fno-lto>)
        endif()
    else()
        target_compile_options(${name} PRIVATE
            -fsanitize=${CAASCAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
        target_link_options(${name} PRIVATE -fsanitize=${CAASCAN_SANITIZE})
    endif()
    if(CAASCAN_FUZZERS)
        target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
endfunction()

# caascan_across(NAME…): optimises these targets across their files in release builds of gcc: a tenth
# of a worker's instructions. Libraries hold usual code as well, which tests link with.
function(caascan_across)
    if(CAASCAN_SANITIZE OR NOT CMAKE_C_COMPILER_ID STREQUAL "GNU" OR CMAKE_C_FLAGS MATCHES "--coverage")
        return()
    endif()
    # The last one is for clang-tidy, which reads the compile commands and knows no fat objects.
    set(options -flto=auto -ffat-lto-objects -Wno-ignored-optimization-argument)
    set(release $<CONFIG:Release,RelWithDebInfo>)
    foreach(name IN LISTS ARGV)
        target_compile_options(${name} PRIVATE "$<${release}:${options}>")
        get_target_property(type ${name} TYPE)
        if(type STREQUAL "EXECUTABLE")
            set_target_properties(${name} PROPERTIES CAASCAN_ACROSS ON) # no -flto undoes -fno-lto
            target_link_options(${name} PRIVATE $<${release}:-flto=auto>)
        endif()
    endforeach()
endfunction()
